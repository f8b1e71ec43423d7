# Hidden items and items after their last day are not shown; a removed one neither.
item   mug
item   lamp   until=5/00:00
item   sofa
event  09:00  p*3  purchase  lamp
event  09:01  q*2  purchase  mug
event  09:02  r*1  purchase  sofa
ask    09:10  eve  placement=bestsellers k=3
----
lamp   popular
mug    popular
sofa   popular

ask    6/09:00  eve  placement=bestsellers k=3
----
mug    popular
sofa   popular

item   mug    hidden
ask    6/09:00  eve  placement=bestsellers k=3
----
sofa   popular

remove sofa
ask    6/09:00  eve  placement=bestsellers k=3
----
nothing nothing_passes


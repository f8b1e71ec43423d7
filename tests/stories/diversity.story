# At most one item of a category, as long as there is enough to show.
item   mug    category=kitchen
item   plate  category=kitchen
item   bowl   category=kitchen
item   lamp   category=living
placement bestsellers diversity=category:1
event  09:00  p*4  purchase  mug
event  09:01  q*3  purchase  plate
event  09:02  r*2  purchase  bowl
event  09:03  s*1  purchase  lamp
ask    09:10  eve  placement=bestsellers k=2
----
mug    popular
lamp   popular

ask    09:10  eve  placement=bestsellers k=3
----
mug    popular
lamp   popular
plate  popular
relaxed diversity

ask    09:10  eve  placement=bestsellers k=3 strict
----
mug    popular
lamp   popular


# One click changes the very next answer.
item   mug
item   saucer
item   lamp
item   shade
event  09:00  a*30  view_item  mug
event  09:01  a*30  view_item  saucer
event  09:00  b*40  view_item  lamp
event  09:01  b*40  view_item  shade
event  09:02  c     view_item  lamp
train
ask    10:00  eve  placement=home k=1
----
lamp   popular

event  10:01  eve  view_item  mug
ask    10:02  eve  placement=home k=1
----
saucer because_you_viewed


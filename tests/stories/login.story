# What was viewed before the log-in counts for the person, and he finds it on another device.
item   mug
item   lamp
event  09:00  phone   view_item  mug
event  09:01  phone   login      user=u1
event  09:02  phone   view_item  lamp
ask    09:05  laptop  placement=recently_viewed k=3 user=u1
----
lamp   recently_viewed
mug    recently_viewed


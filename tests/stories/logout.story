# After log-out the account's history is gone from the device; a second user inherits nothing of the first.
item   mug
item   lamp
item   sofa
event  09:00  home_pc  login      user=u1
event  09:01  laptop   view_item  sofa  user=u1
event  09:02  home_pc  logout
event  09:03  home_pc  login      user=u2
event  09:04  home_pc  view_item  lamp
ask    09:05  home_pc  placement=recently_viewed k=3
----
lamp   recently_viewed

ask    09:05  home_pc  placement=recently_viewed k=3 user=u1
----
lamp   recently_viewed
sofa   recently_viewed


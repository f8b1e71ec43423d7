# What lies in the cart is not recommended; taken out of it, it may be again.
item   mug
item   lamp
event  09:00  ann  purchase  mug
event  09:01  amy  purchase  mug
event  09:02  bob  purchase  lamp
event  09:05  eve  add_to_cart  mug
ask    09:06  eve  placement=home k=2
----
lamp   popular

ask    09:06  eve  placement=home k=2 cart=lamp
----
nothing nothing_passes

event  09:07  eve  remove_from_cart  mug
ask    09:08  eve  placement=home k=2
----
mug    recently_viewed
lamp   popular


# What was sent back counts as not bought: it is not offered again as such.
item   mug
item   lamp
event  09:00    ann  purchase  mug,lamp order=o1
event  2/09:00  ann  refund    lamp order=o1
ask    3/09:00  ann  placement=buy_again k=3
----
mug    buy_again


# Somebody of whom nothing is known sees what sells, under every heading that would be empty.
item   mug
item   lamp
event  09:00  ann  purchase  mug
ask    09:10  eve  placement=home k=2
----
mug    popular
lamp   available

ask    09:10  eve  placement=buy_again k=1
----
mug    popular

ask    09:10  eve  placement=recently_viewed k=1
----
mug    popular

ask    09:10  eve  placement=buy_again k=1 strict
----
nothing nothing_known


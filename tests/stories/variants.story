# Of a shirt in three colours one is shown: the one that sells best and is in stock; who had blue sees blue.
item   red    group=shirt stock=5
item   blue   group=shirt stock=5
item   green  group=shirt stock=5
item   socks
event  09:00  ann  purchase  red
event  09:01  amy  purchase  red
event  09:02  bob  purchase  blue
event  09:03  cid  purchase  socks
ask    09:10  eve  placement=bestsellers k=4
----
red    popular
socks  popular

item   red    group=shirt stock=0
ask    09:11  eve  placement=bestsellers k=4
----
blue   popular
socks  popular

event  09:12  dan  view_item  green
ask    09:13  dan  placement=recently_viewed k=4
----
green  recently_viewed


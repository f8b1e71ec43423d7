# What is out of stock is not shown, and comes back with the stock.
item   mug    price=4.50 stock=0
item   lamp   price=20
event  09:00  ann  purchase  mug
event  09:01  amy  purchase  mug
event  09:05  bob  purchase  lamp
ask    09:10  eve  placement=home k=2
----
lamp   popular

item   mug    price=4.50 stock=3
ask    09:11  eve  placement=home k=2
----
mug    popular
lamp   popular


# A filter holds for everything that is shown, also where that leaves nothing.
item   mug    price=4.50 category="kitchen > mugs"
item   plate  price=9 category="kitchen > plates" brand=Acme
item   lamp   price=20 category=living
event  09:00  ann  purchase  lamp
event  09:01  amy  purchase  lamp
event  09:02  bob  purchase  mug
ask    09:10  eve  placement=home k=3 filter={"field": "category", "eq": "kitchen"}
----
mug    popular
plate  available

ask    09:10  eve  placement=bestsellers k=3 filter={"all": [{"field": "price", "gte": 5}, {"not": {"field": "brand", "eq": "Acme"}}]}
----
lamp   popular

ask    09:10  eve  placement=home k=3 filter={"field": "price", "gt": 100}
----
nothing nothing_passes


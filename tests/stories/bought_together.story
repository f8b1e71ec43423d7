# What stands in the same orders is offered beside a product and for a cart; the cart's own lines are not.
item   mug     title="Red mug"
item   saucer
item   spoon
item   lamp
item   sofa
event  09:00  a*30  purchase  mug,saucer
event  09:30  b*20  purchase  mug,spoon
event  10:00  c*40  purchase  lamp,sofa
train
ask    11:00  eve  placement=product_addons item=mug k=2
----
saucer often_bought_with
spoon  often_bought_with

ask    11:00  eve  placement=cart cart=mug,saucer k=1
----
spoon  often_bought_with


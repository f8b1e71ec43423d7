# A caller may name what must not be shown, or the only things that may.
item   mug
item   lamp
item   gift_card
event  09:00  p*3  purchase  gift_card
event  09:01  q*2  purchase  mug
ask    09:10  eve  placement=home k=3 exclude=gift_card
----
mug    popular
lamp   available

ask    09:10  eve  placement=home k=3 candidates=lamp,mug,unheard_of
----
mug    popular
lamp   available

ask    09:10  eve  placement=home k=3 candidates=mug exclude=mug
----
nothing nothing_passes


# Rules give way in their order: first diversity, then what was bought lately, then the category that was asked for.
item   mug    category=kitchen
item   plate  category=kitchen
item   lamp   category=living
placement home diversity=category:1
event  09:00  p*3  purchase  mug
event  09:01  q*2  purchase  plate
event  09:02  r*1  purchase  lamp
ask    09:05  eve  placement=home k=3 category=kitchen
----
mug    popular
plate  popular
relaxed diversity

event  09:06  eve  purchase  mug,plate
ask    09:07  eve  placement=home k=3 category=kitchen
----
mug    buy_again
plate  buy_again
relaxed recently_bought

ask    09:07  zoe  placement=home k=1 category=garden
----
mug    popular
relaxed category


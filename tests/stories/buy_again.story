# What was bought is offered again under "buy again" alone, the habit first; on the home page not within 30 days.
item   soap
item   sofa
item   lamp
event  09:00    ann  purchase  soap
event  20/09:00 ann  purchase  soap,sofa
event  21/09:00 bob*3  purchase  lamp
ask    25/09:00 ann  placement=buy_again k=3
----
soap   buy_again
sofa   buy_again

ask    25/09:00 ann  placement=home k=3
----
lamp   popular
soap   buy_again

ask    60/09:00 ann  placement=home k=1 candidates=sofa
----
sofa   buy_again


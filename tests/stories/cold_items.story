# An item that came after the last training is shown to those whose taste its words meet; who is unknown sees the newest first.
item   mug_a    title="Red tea mug"
item   mug_b    title="Blue tea mug"
item   mug_c    title="Green tea mug"
item   mug_d    title="White tea mug"
item   mug_e    title="Black tea mug"
item   mug_f    title="Small tea mug"
item   lamp_a   title="Large garden lamp"
item   lamp_b   title="Round garden lamp"
item   lamp_c   title="Tall garden lamp"
item   lamp_d   title="Old garden lamp"
item   lamp_e   title="Striped garden lamp"
item   lamp_f   title="Plain garden lamp"
event  09:00  a*20  purchase  mug_a,mug_b,mug_c,mug_d
event  09:10  b*20  purchase  mug_c,mug_d,mug_e,mug_f
event  09:20  c*20  purchase  mug_a,mug_b,mug_e,mug_f
event  09:30  d*20  purchase  lamp_a,lamp_b,lamp_c,lamp_d
event  09:40  e*20  purchase  lamp_c,lamp_d,lamp_e,lamp_f
event  09:50  f*20  purchase  lamp_a,lamp_b,lamp_e,lamp_f
train
item   new_lamp title="Golden garden lamp" created=2/08:00
item   new_mug  title="Golden tea mug"     created=2/07:00
item   new_vase title="Vase"               created=2/09:00
ask    2/10:00  a1  placement=home k=2 candidates=new_lamp,new_mug
----
new_mug  picked_for_you
new_lamp picked_for_you

ask    2/10:00  d1  placement=home k=2 candidates=new_mug,new_lamp
----
new_lamp picked_for_you
new_mug  picked_for_you

ask    2/10:00  a1  placement=new k=3
----
new_mug  new
new_vase new
new_lamp new

ask    2/10:00  nobody  placement=new k=3
----
new_vase new
new_lamp new
new_mug  new

# New items stand first under "new"; they are recommendable from their first second.
item   old    created=00:00
item   newer  created=3/00:00
item   newest created=4/00:00
item   undated
event  09:00  p*3  purchase  old
ask    5/09:00  eve  placement=new k=2
----
newest new
newer  new

ask    5/09:00  eve  placement=home k=1 candidates=newest
----
newest available


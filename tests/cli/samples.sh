# Measures of samples against an oracle that works out errors unit by unit, and against R's package
# survey (4.1.1) over samples of Californian schools, where that data is at hand: SPOKE_DATA is the
# folder that holds survey_api.
. "$ROOT/tests/cli_lib.sh"
command -v python3 >/dev/null || {
    echo "python3 is not here"
    exit 77
}
gives "data and expected lines are those of the oracle" 0 \
    python3 "$ROOT/tests/oracle/samples.py" --check

data=${SPOKE_DATA:-$ROOT/../shared/data}/survey_api
if [ ! -d "$data" ]; then
    echo "no data in $data (SPOKE_DATA names its folder)"
    finish
    exit
fi
cat >api.spoke <<'END'
param data text
table strat { key snum;  snum int;  stype text;  api00 float;  enroll float;  stu float from "api.stu"
              wide text from "sch.wide";  fpc int;  pw float }
table clus  { key snum;  snum int;  stype text;  dnum int;  api00 float;  enroll float
              wide text from "sch.wide";  fpc int;  pw float }
table srs   { key snum;  snum int;  api00 float;  fpc int;  pw float }
import strat from "{data}/apistrat.csv"
import clus  from "{data}/apiclus1.csv"
import srs   from "{data}/apisrs.csv"
measure strat_api   { from strat;  value mean(api00);  weight pw;  strata stype;  population fpc }
measure strat_all   { from strat;  value sum(enroll);  weight pw;  strata stype;  population fpc }
measure strat_part  { from strat;  value sum(stu) / sum(enroll);  weight pw;  strata stype;  population fpc }
measure strat_wide  { from strat;  count wide == "Yes";  weight pw;  strata stype;  population fpc }
measure clus_api    { from clus;   value mean(api00);  weight pw;  cluster dnum;  population fpc }
measure clus_all    { from clus;   value sum(enroll);  weight pw;  cluster dnum;  population fpc }
measure clus_wide   { from clus;   count wide == "Yes";  weight pw;  cluster dnum;  population fpc }
measure clus_lone   { from clus;   value mean(api00);  weight pw;  cluster dnum
                      strata if dnum == 637 { 1 } else if dnum < 400 { 2 } else { 3 } }
measure srs_api     { from srs;    value mean(api00);  weight pw;  population fpc }
fn line(r) = "{r.value:.5} {r.se:.5} {r.low:.4} {r.high:.4} {r.deff:.5}"
fn gap(r) = "{r.difference:.4} {r.se:.4}"
print line(only(from (strat_api with se, interval 95%, deff)))
print line(only(from (strat_all with se, interval 95%, deff)))
print line(only(from (strat_part with se, interval 95%, deff)))
print line(only(from (strat_wide with se, interval 95%, deff)))
print line(only(from (clus_api with se, interval 95%, deff)))
print line(only(from (clus_all with se, interval 95%, deff)))
print line(only(from (clus_wide with se, interval 95%, deff)))
print line(only(from (clus_lone with se, interval 95%, deff)))
print line(only(from (srs_api with se, interval 95%, deff)))
for r in (clus_api by stype with se, interval 95%) { print "{r.stype} {r.value:.5} {r.se:.5} {r.low:.4} {r.high:.4}" }
for r in (clus_all by stype with se) { print "{r.stype} {r.value:.4} {r.se:.4}" }
print gap(only(from compare((clus_api by stype), stype, "E", "H")))
print gap(only(from compare((strat_api by stype), stype, "E", "H")))
print gap(only(from compare((clus_all by stype), stype, "E", "H")))
print gap(only(from compare((clus_wide by stype), stype, "E", "H")))
END
gives "real samples" 0 "$SPOKE" run api.spoke --param data="$data"
is "are what R says of them" out <<'END'
662.28736 9.40894 643.7322 680.8425 1.20446
3687177.53244 114641.71610 3461095.0077 3913260.0572 0.36202
0.83696 0.00776 0.8217 0.8523 0.59313
0.82795 2.43448 0.7745 0.8708 0.85557
644.16940 23.54224 593.6763 694.6625 9.34587
3404940.13453 932235.02704 1405494.8585 5404385.4105 31.31066
0.87432 2.03595 0.8238 0.9119 0.70743
644.16940 23.12973 593.7741 694.5647 8.75469
656.58500 9.24972 638.3450 674.8250 1.00000
E 648.86806 22.36241 600.9055 696.8307
H 618.57143 38.02025 528.6678 708.4750
M 631.44000 31.60947 561.8680 701.0120
E 2109717.1268 631349.3863
H 535594.8696 226716.5947
M 759628.1381 213635.4843
-30.2966 30.0276
-48.6100 19.4022
-1574122.2573 543746.8558
-13.0952 10.1612
END
finish

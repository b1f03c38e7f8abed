package catalogue

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

const sat, mon = booking.Date(20261205), booking.Date(20261207)

func clock(t time.Time) string { return t.Format("0102 1504") }

func TestImport(t *testing.T) {
	for _, path := range []string{asFolder(t, tiny), asZip(t, tiny, ""), asZip(t, tiny, "feed/")} {
		s, err := Open("gtfs:"+path, Options{Terminal: "local"})
		require.NoError(t, err)
		require.Equal(t, "Asia/Shanghai", s.Location().String())
		require.Equal(t, Stats{Services: 5, Stops: 7, Calls: 15, Places: 8, Numbers: 6}, s.Stats())
		require.Equal(t, []string{
			"trips.txt: 1 trips have a service_id that calendar.txt and calendar_dates.txt do not name: they never run",
			"stop_times.txt: 1 missing times were spread by distance",
			"stop_times.txt: 1 times began again after midnight; they were counted on, as GTFS writes them (24:10:00)",
		}, s.Notes())
		list := s.Numbered("G1", sat)
		require.Len(t, list, 2, "two trips of one number")
		g1 := list[0]
		require.Equal(t, booking.TripKey{Terminal: "local", Service: "t1", Date: sat, From: 0, To: 2}, g1.TripKey)
		require.Equal(t, "1205 0900 1205 1328", clock(g1.Dep)+" "+clock(g1.Arr))
		require.Equal(t, booking.Stop{ID: "VNP", En: "Beijing South", Zh: "北京南"}, g1.FromStop)
		require.Equal(t, booking.Stop{ID: "AOH1", En: "Shanghai Hongqiao", Zh: "上海虹桥"}, g1.ToStop)
		nk, ok := s.Trip(booking.TripKey{Service: "t1", Date: sat, From: 1, To: 2})
		require.True(t, ok)
		require.Equal(t, "Nanjing South", nk.FromStop.En)
		require.Equal(t, "1205 1229", clock(nk.Dep), "a missing time lies between by distance")
		require.Equal(t, "1206 0030", clock(list[1].Arr), "a clock that began again")
	}
}

func TestCalendar(t *testing.T) {
	s := load(t, tiny, Options{})
	require.Len(t, s.Numbered("G21", sat), 1, "added by an exception")
	require.Empty(t, s.Numbered("G21", mon), "removed by an exception")
	require.Empty(t, s.Numbered("G21", sat.Add(1)), "Sunday")
	require.Len(t, s.Numbered("G22", sat.Add(3)), 1, "Tuesday, by the other half of the number")
	require.Empty(t, s.Numbered("G1", 20280101), "after the end")
	require.False(t, s.Service("G404"), "a service without a calendar never runs")
	only := load(t, with(map[string]string{"calendar.txt": ""}), Options{})
	require.Len(t, only.Numbered("G21", sat), 1)
	require.Empty(t, only.Numbered("G21", sat.Add(3)))
	for d := sat; d < 20270105; d = d.Add(1) {
		require.Equal(t, int(d.Time(0, time.UTC).Weekday()), weekday(d))
	}
}

func TestNumbers(t *testing.T) {
	s := load(t, tiny, Options{})
	for number, shown := range map[string]string{"G21": "G21", "G22": "G22", "G21/G22": "G21/G22", "D9": "D9", "T4": "T4"} {
		require.True(t, s.Service(number), number)
		require.Equal(t, shown, s.Numbered(number, sat)[0].Number)
	}
	k := s.Numbered("G22", sat)[0].TripKey
	again, ok := s.Trip(k)
	require.True(t, ok)
	require.Equal(t, "G21", again.Number)
}

func TestTripRefuses(t *testing.T) {
	s := load(t, tiny, Options{})
	for _, k := range []booking.TripKey{
		{Service: "nope", Date: sat, To: 1}, {Service: "t1", Date: sat, From: 1, To: 1}, {Service: "t1", Date: sat, From: -1, To: 1},
		{Service: "t1", Date: sat, From: 0, To: 3}, {Service: "t2", Date: mon, From: 0, To: 1}, {Service: "t1", Date: 0, To: 1},
	} {
		_, ok := s.Trip(k)
		require.False(t, ok, "%+v", k)
	}
}

func TestBetween(t *testing.T) {
	s := load(t, tiny, Options{})
	id := func(name string) string {
		p, ok := s.Lookup(name)
		require.True(t, ok, name)
		return p.ID
	}
	show := func(list []booking.Trip) string {
		var b []string
		for _, x := range list {
			b = append(b, x.Number+" "+x.FromStop.ID+"-"+x.ToStop.ID+" "+clock(x.Dep))
		}
		return strings.Join(b, "; ")
	}
	bj, sh, nj := id("beijing"), id("上海"), id("nanjing")
	all := "G21 VNP-SHH 1205 0800; G1 VNP-AOH1 1205 0900; G1 VNP-AOH 1205 1900; D9 BJP-SHH 1205 2330"
	require.Equal(t, all, show(s.Between(bj, sh, "", sat, 0)))
	require.Equal(t, "G1 VNP-AOH 1205 1900; D9 BJP-SHH 1205 2330", show(s.Between(bj, sh, "", sat, 541)))
	require.Equal(t, "G21 VNP-SHH 1205 0800; G1 VNP-AOH1 1205 0900; G1 VNP-AOH 1205 1900", show(s.Between(id("beijingnan"), sh, "", sat, 0)))
	require.Equal(t, "D9 BJP-SHH 1205 2330", show(s.Between(id("北京站"), sh, "", sat, 0)))
	require.Equal(t, "G22 VNP-SHH 1205 0800", show(s.Between(bj, sh, "G22", sat, 0)))
	require.Empty(t, s.Between(bj, sh, "G22", sat, 500))
	require.Empty(t, s.Between(sh, bj, "", sat, 0))
	require.Empty(t, s.Between(bj, bj, "", sat, 0))
	require.Empty(t, s.Between("c:nowhere", sh, "", sat, 0))
	// D9 leaves Nanjing at 25:10 of the day before; G21 may not be boarded there;
	// D9 may not be left at Hongqiao.
	require.Equal(t, "D9 NKH-SHH 1205 0110; G1 NKH-AOH1 1205 1229", show(s.Between(nj, sh, "", sat, 0)))
	d9 := s.Between(nj, sh, "D9", sat, 0)
	require.Equal(t, booking.TripKey{Service: "t3", Date: 20261204, From: 1, To: 3}, d9[0].TripKey)
}

func TestImportErrors(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"no stops":     {"stops.txt", "", "stops.txt is missing"},
		"no calendar":  {"calendar.txt", "service_id\n", "calendar.txt line 1: column sunday is missing"},
		"empty":        {"trips.txt", "\n", "trips.txt is empty"},
		"type":         {"routes.txt", "route_id,route_type\nR,rail\n", `routes.txt line 2: route_type "rail" is not a number`},
		"position":     {"stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nVNP,a,91,0\n", "stops.txt line 2: stop_lat"},
		"nan":          {"stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nVNP,a,NaN,0\n", "stops.txt line 2: stop_lat"},
		"twice":        {"stops.txt", "stop_id\nVNP\nVNP\n", `stops.txt line 3: stop_id "VNP" stands twice`},
		"route":        {"trips.txt", "trip_id,route_id,service_id\nt1,X,DAILY\n", `trips.txt line 2: route_id "X" is not in routes.txt`},
		"trip":         {"stop_times.txt", "trip_id,stop_id,stop_sequence\nzz,VNP,1\n", `stop_times.txt line 2: trip_id "zz" is not in trips.txt`},
		"stop":         {"stop_times.txt", "trip_id,stop_id,stop_sequence\nt1,zz,1\n", `stop_times.txt line 2: stop_id "zz" is not in stops.txt`},
		"sequence":     {"stop_times.txt", "trip_id,stop_id,stop_sequence\nt1,VNP,one\n", `line 2: stop_sequence "one" is not a whole number`},
		"time":         {"stop_times.txt", "trip_id,stop_id,stop_sequence,arrival_time\nt1,VNP,1,9.30\n", `line 2: arrival_time "9.30" is not a time`},
		"date":         {"calendar_dates.txt", "service_id,date,exception_type\nX,20260230,1\n", `calendar_dates.txt line 2: date "20260230" is not a day`},
		"exception":    {"calendar_dates.txt", "service_id,date,exception_type\nX,20260228,3\n", `exception_type "3" is not 1`},
		"zone":         {"agency.txt", "agency_timezone\nMars/Olympus\n", `time zone "Mars/Olympus"`},
		"no zone":      {"agency.txt", "agency_name\nX\n", "names no agency_timezone"},
		"no times":     {"stop_times.txt", "trip_id,stop_id,stop_sequence\nt1,VNP,1\n", "no trip with two stops"},
		"bare quote":   {"trips.txt", "trip_id,route_id,service_id\n\"t1,R,DAILY\n", "trips.txt line"},
		"unknown fare": {"fare_attributes.txt", "fare_id,price\nA,dear\n", `fare_attributes.txt line 2: price "dear" is not an amount`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := LoadGTFS(asFolder(t, with(map[string]string{c.file: c.text})), Options{})
			require.ErrorContains(t, err, c.want)
		})
	}
	_, err := LoadGTFS(asFolder(t, with(map[string]string{"calendar.txt": "", "calendar_dates.txt": ""})), Options{})
	require.ErrorContains(t, err, "both missing")
	_, err = LoadGTFS(t.TempDir()+"/none.zip", Options{})
	require.Error(t, err)
	_, err = LoadGTFS(asFolder(t, tiny), Options{Fares: "cheap"})
	require.ErrorContains(t, err, "use distance, files or fixed:AMOUNT")
	_, err = LoadGTFS(asFolder(t, tiny), Options{Fares: "fixed:x"})
	require.ErrorContains(t, err, "is not an amount")
	for _, spec := range []string{"", "gtfs:", "osdm:x"} {
		_, err = Open(spec, Options{})
		require.ErrorIs(t, err, ErrSource)
	}
}

func TestTranslationsAndFrequencies(t *testing.T) {
	s := load(t, with(map[string]string{
		"translations.txt": "table_name,field_name,language,translation,record_id,field_value\n" +
			"stops,stop_name,en,Beijing South Rail,VNP,\nstops,stop_name,zh-CN,旧城,,\"Old Town, Main St\"\nroutes,route_short_name,en,x,R,\n",
		"frequencies.txt": "trip_id\n",
	}), Options{})
	p, ok := s.Lookup("beijingsouthrail")
	require.True(t, ok)
	require.Equal(t, "s:VNP", p.ID)
	p, ok = s.Lookup("旧城")
	require.True(t, ok)
	require.Equal(t, "s:HR", p.ID)
	require.Contains(t, s.Notes(), "frequencies.txt is not read: its trips are imported as single runs")
}

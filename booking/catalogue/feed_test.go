package catalogue

import (
	"archive/zip"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// tiny is a feed of five stops and five trips, with what real feeds have:
// a BOM, columns in any order, quotes, times past midnight, missing times,
// calls out of order, a parent station, exceptions of the calendar.
var tiny = map[string]string{
	"agency.txt": "agency_name,agency_url,agency_timezone\nCR,https://example.com,Asia/Shanghai\n",
	"routes.txt": "\xef\xbb\xbfroute_id,route_type,route_short_name\nR,2,G\nB,3,  \nF,1100,\n",
	"stops.txt": "stop_id,stop_name,stop_lat,stop_lon,parent_station\n" +
		"VNP,北京南,39.865,116.379,\nBJP,北京,39.902,116.427,\nNKH,南京南,31.968,118.797,\n" +
		"AOH,上海虹桥,31.194,121.320,\nAOH1,上海虹桥,31.1941,121.3201,AOH\nSHH,上海,31.250,121.455,\nHR,\"Old Town, Main St\",,,\n",
	"trips.txt": "trip_id,route_id,service_id,trip_short_name\n" +
		"t1,R,DAILY,G1\nt2,R,WEEK,G21/G22\nt3,R,DAILY,D9\nt4,B,DAILY,\nt5,R,NEVER,G404\nC1_2,R,DAILY,G1\n",
	"stop_times.txt": "trip_id,stop_sequence,stop_id,arrival_time,departure_time,pickup_type,drop_off_type\n" +
		"t1,30,AOH1,13:28:00,13:28:00,,\nt1,10,VNP,9:00:00,9:00:00,0,0\nt1,20,NKH,,,,\n" +
		"t2,1,VNP,08:00:00,08:00:00,,\nt2,2,NKH,11:00:00,11:02:00,1,\nt2,3,SHH,12:30:00,12:30:00,,\n" +
		"t3,1,BJP,23:30:00,23:30:00,,\nt3,2,NKH,24:40:00,25:10:00,,\nt3,3,AOH,26:30:00,26:30:00,,1\nt3,4,SHH,27:00:00,27:00:00,,\n" +
		"t4,1,HR,10:00:00,10:00:00,,\nt4,2,BJP,11:00:00,11:00:00,,\n" +
		"t5,1,VNP,10:00:00,10:00:00,,\nt5,2,AOH,15:00:00,15:00:00,,\n" +
		"C1_2,1,VNP,19:00:00,19:00:00,,\nC1_2,2,AOH,23:50:00,00:10:00,,\nC1_2,3,SHH,00:30:00,00:30:00,,\n",
	"calendar.txt": "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n" +
		"DAILY,1,1,1,1,1,1,1,20260101,20271231\nWEEK,1,1,1,1,1,0,0,20260101,20271231\n",
	"calendar_dates.txt": "service_id,date,exception_type\nWEEK,20261205,1\nWEEK,20261207,2\n",
}

// with gives the feed with other files; an empty one is taken out.
func with(files map[string]string) map[string]string {
	out := maps.Clone(tiny)
	for name, text := range files {
		if out[name] = text; text == "" {
			delete(out, name)
		}
	}
	return out
}

// asZip writes the feed as an archive, under a folder inside it.
func asZip(t testing.TB, files map[string]string, inside string) string {
	path := filepath.Join(t.TempDir(), "feed.zip")
	f, err := os.Create(path)
	require.NoError(t, err)
	z := zip.NewWriter(f)
	for name, text := range files {
		w, err := z.Create(inside + name)
		require.NoError(t, err)
		_, err = w.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	require.NoError(t, f.Close())
	return path
}

func asFolder(t testing.TB, files map[string]string) string {
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func load(t testing.TB, files map[string]string, o Options) *Snapshot {
	s, err := LoadGTFS(asFolder(t, files), o)
	require.NoError(t, err)
	return s
}

// vectors opens a public feed of the test data.
func vectors(t testing.TB, name string) string {
	dir := os.Getenv("SHORTFARE_VECTORS")
	if dir == "" {
		t.Skip("SHORTFARE_VECTORS does not name the folder of public feeds; the tiny feed covers the same rules")
	}
	return filepath.Join(dir, "gtfs", name)
}

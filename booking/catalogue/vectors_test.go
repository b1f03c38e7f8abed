package catalogue

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

func TestChinaRail2016(t *testing.T) {
	start := time.Now()
	s, err := LoadGTFS(vectors(t, "cr_hsr_2016_gtfs.zip"), Options{})
	require.NoError(t, err)
	t.Logf("imported in %v: %+v", time.Since(start), s.Stats())
	require.Equal(t, 4458, s.Stats().Services)
	require.Empty(t, s.Notes())
	bj, ok := s.Lookup("beijing")
	require.True(t, ok)
	sh, ok := s.Lookup("shanghai")
	require.True(t, ok)
	list := s.Between(bj.ID, sh.ID, "", sat, 0)
	require.Greater(t, len(list), 35)
	var found bool
	for _, x := range list {
		found = found || x.Number == "G123" && x.FromStop.En == "Beijing South" && x.ToStop.En == "Shanghai Hongqiao" && x.Dep.Format("15:04") == "11:05"
	}
	require.True(t, found)
	either := s.Numbered("G1232", sat)
	require.Len(t, either, 1)
	require.Equal(t, "G1232", either[0].Number)
	require.Equal(t, "G1229/G1232", either[0].Service)
	require.Len(t, s.Numbered("C1002", sat), 2, "variants of one number")
	for name, en := range map[string]string{"重庆北": "Chongqing North", "厦门北": "Xiamen North", "六安": "Luan", "乐清": "Yueqing", "蚌埠南": "Bengbu South"} {
		p, ok := s.Lookup(name)
		require.True(t, ok)
		require.Equal(t, en, s.stops[s.places[s.byID[p.ID]].stops[0]].En)
	}
	p, ok := s.Lookup("aoh")
	require.True(t, ok)
	require.Equal(t, "s:AOH", p.ID)
}

func TestCaltrain2016(t *testing.T) {
	s, err := LoadGTFS(vectors(t, "caltrain_2016_mitrepo.zip"), Options{})
	require.NoError(t, err)
	require.Equal(t, "America/Los_Angeles", s.Location().String())
	sf, ok := s.Lookup("sanfrancisco")
	require.True(t, ok)
	sj, ok := s.Lookup("sanjosediridon")
	require.True(t, ok)
	weekday, holiday := s.Between(sf.ID, sj.ID, "", 20160523, 0), s.Between(sf.ID, sj.ID, "", 20160530, 0)
	require.NotEmpty(t, holiday)
	require.Greater(t, len(weekday), len(holiday), "30 May 2016 ran as a Sunday")
	require.Len(t, s.Between(sf.ID, sj.ID, "", 20160529, 180), len(s.Between(sf.ID, sj.ID, "", 20160530, 180)), "after the last train of the day before")
	f, ok := weekday[0].Fare("")
	require.True(t, ok)
	require.Equal(t, booking.Money{Minor: 975, Currency: "USD"}, f.Price, "zone 1 to 4")
}

func TestCairns2014(t *testing.T) {
	s, err := LoadGTFS(vectors(t, "cairns_2014.zip"), Options{Currency: "AUD"})
	require.NoError(t, err)
	list := s.Numbered("110", 20140602)
	require.NotEmpty(t, list)
	require.Equal(t, booking.Bus, list[0].Kind)
	require.Equal(t, "seat", list[0].Fares[0].Class)
	require.Empty(t, s.Numbered("110", 20140101))
}

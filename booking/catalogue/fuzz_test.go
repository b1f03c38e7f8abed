package catalogue

import (
	"strings"
	"testing"
	"testing/fstest"
)

func FuzzTime(f *testing.F) {
	for _, s := range []string{"", "8:05:00", "25:10:00", "08:05", "::", "1:2:3:4", "-1:00:00", "99999:00:00", "08:60:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := parseTime(s)
		if err == nil && v != noTime && (v < 0 || v > 241*3600 || strings.Count(s, ":") == 0) {
			t.Fatalf("%q read as %d", s, v)
		}
	})
}

// FuzzFeed reads any text as each file of a feed: an error or a snapshot whose
// searches hold together, never a panic.
func FuzzFeed(f *testing.F) {
	for name, text := range tiny {
		f.Add(name, text)
	}
	f.Add("stop_times.txt", "trip_id,stop_id,stop_sequence,arrival_time\nt1,VNP,2,240:00:00\nt1,AOH,1,0:00:00\n")
	f.Fuzz(func(t *testing.T, name, text string) {
		if _, ok := tiny[name]; !ok {
			name = "stop_times.txt"
		}
		files := fstest.MapFS{}
		for n, body := range with(map[string]string{name: text}) {
			files[n] = &fstest.MapFile{Data: []byte(body)}
		}
		s, err := (&importer{feed: &feed{files: files, prefix: "."}, draft: draft{o: Options{Currency: "CNY"}}}).run()
		if err != nil {
			return
		}
		for i := range s.services {
			v := &s.services[i]
			for _, x := range s.Numbered(v.number, sat) {
				if x.Arr.Before(x.Dep) {
					t.Fatalf("%+v arrives before it departs", x)
				}
			}
		}
		for _, p := range s.places {
			s.Between(p.id, s.places[0].id, "", sat, 0)
		}
	})
}

func FuzzNames(f *testing.F) {
	s := Demo(nil)
	for _, n := range []string{"beijing", "北京南站", "\xff", "shangahi", "10号", strings.Repeat("北", 99)} {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, name string) {
		s.Lookup(name)
		s.Fuzzy(name)
		if _, n := s.HanPrefix(name); n < 0 || n > len(name) {
			t.Fatalf("%q: length %d", name, n)
		}
		fold(name)
		for _, r := range ascii(name) {
			if r > 127 {
				t.Fatalf("%q is not ASCII", ascii(name))
			}
		}
		base(name)
		romanise(name)
	})
}

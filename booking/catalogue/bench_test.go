package catalogue

import "testing"

func china(b *testing.B) *Snapshot {
	s, err := LoadGTFS(vectors(b, "cr_hsr_2016_gtfs.zip"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

func BenchmarkImport(b *testing.B) {
	path := vectors(b, "cr_hsr_2016_gtfs.zip")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := LoadGTFS(path, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBetween(b *testing.B) {
	s := china(b)
	bj, _ := s.Lookup("beijing")
	sh, _ := s.Lookup("shanghai")
	b.ReportAllocs()
	for b.Loop() {
		s.Between(bj.ID, sh.ID, "", sat, 0)
	}
}

func BenchmarkNumbered(b *testing.B) {
	s := china(b)
	b.ReportAllocs()
	for b.Loop() {
		s.Numbered("G123", sat)
	}
}

func BenchmarkTrip(b *testing.B) {
	s := china(b)
	k := s.Numbered("G123", sat)[0].TripKey
	b.ReportAllocs()
	for b.Loop() {
		s.Trip(k)
	}
}

func BenchmarkFuzzy(b *testing.B) {
	s := china(b)
	b.ReportAllocs()
	for b.Loop() {
		s.Fuzzy("shangahi")
	}
}

func BenchmarkHanPrefix(b *testing.B) {
	s := china(b)
	b.ReportAllocs()
	for b.Loop() {
		s.HanPrefix("上海虹桥明天上午二等两张")
	}
}

package catalogue

import (
	"testing"

	"github.com/stretchr/testify/require"
	"shortfare/booking"
)

func show(f []booking.Fare) (out []string) {
	for _, x := range f {
		out = append(out, x.Class+" "+x.Price.String())
	}
	return out
}

func TestFaresByDistance(t *testing.T) {
	s := load(t, tiny, Options{})
	require.Equal(t, []string{"2nd CNY533", "1st CNY853", "business CNY1599"}, show(s.Numbered("G1", sat)[0].Fares))
	require.Equal(t, []string{"2nd CNY309", "1st CNY494"}, show(partOf(t, s, "t3", 0, 1).Fares)[:2])
	require.Equal(t, []string{"seat CNY19"}, show(s.Numbered("T4", sat)[0].Fares), "no position: by minutes")
	whole, part := s.Numbered("G1", sat)[0].Fares[0].Price.Minor, partOf(t, s, "t1", 1, 2).Fares[0].Price.Minor
	require.Less(t, part, whole)
	require.Zero(t, part%50)
}

func partOf(t *testing.T, s *Snapshot, service string, from, to int) booking.Trip {
	x, ok := s.Trip(booking.TripKey{Service: service, Date: sat, From: from, To: to})
	require.True(t, ok)
	return x
}

func TestFaresFixed(t *testing.T) {
	s := load(t, tiny, Options{Fares: "fixed:100", Currency: "EUR"})
	require.Equal(t, []string{"2nd EUR100"}, show(s.Numbered("G1", sat)[0].Fares))
	d, err := Open("demo", Options{Fares: "fixed:12.50"})
	require.NoError(t, err)
	require.Equal(t, []string{"economy CNY12.50"}, show(d.Numbered("CA1501", sat)[0].Fares))
	d, err = Open("demo", Options{Fares: "distance"})
	require.NoError(t, err)
	require.Equal(t, []string{"seat CNY38.50"}, show(d.Numbered("B801", sat)[0].Fares))
}

func TestFareFiles(t *testing.T) {
	files := with(map[string]string{
		"stops.txt": "stop_id,stop_name,zone_id\nVNP,Beijing South,1\nBJP,Beijing,1\nNKH,Nanjing,2\nAOH,Hongqiao,3\n" +
			"AOH1,Hongqiao,3\nSHH,Shanghai,4\nHR,Old Town,\n",
		"fare_attributes.txt": "fare_id,price,currency_type\nA,10.5,USD\nB,20,USD\nC,7,USD\nD,3,USD\nE,99,USD\n",
		"fare_rules.txt": "fare_id,route_id,origin_id,destination_id,contains_id\n" +
			"A,R,1,2,\nB,,1,3,\nC,R,,3,\nD,,2,4,2\nD,,2,4,3\nD,,2,4,4\nE,B,,,\n",
	})
	s := load(t, files, Options{})
	require.Equal(t, []string{"seat USD7"}, show(s.Numbered("G1", sat)[0].Fares), "the cheapest of those that apply")
	require.Equal(t, []string{"seat USD10.50"}, show(partOf(t, s, "t1", 0, 1).Fares))
	require.Equal(t, []string{"seat USD3"}, show(partOf(t, s, "t3", 1, 3).Fares), "through zones 2, 3 and 4")
	require.Empty(t, partOf(t, s, "t2", 1, 2).Fares, "2 to 4 without 3")
	require.Equal(t, []string{"seat USD99"}, show(s.Numbered("T4", sat)[0].Fares))
	files["fare_attributes.txt"] += "F,55,USD\n"
	require.Equal(t, []string{"seat USD55"}, show(partOf(t, load(t, files, Options{}), "t2", 1, 2).Fares), "a fare without rules is for all")
	require.Equal(t, "2nd", load(t, files, Options{Fares: "distance"}).Numbered("G1", sat)[0].Fares[0].Class)

	none := load(t, tiny, Options{Fares: "files"})
	require.Empty(t, none.Numbered("G1", sat)[0].Fares)
	require.Contains(t, none.Notes()[0], "nothing can be sold")
	files["fare_rules.txt"] += "Z,,,,\n"
	_, err := LoadGTFS(asFolder(t, files), Options{})
	require.ErrorContains(t, err, `fare_rules.txt line 9: fare_id "Z"`)
	files["fare_attributes.txt"] += "G,1,EUR\n"
	_, err = LoadGTFS(asFolder(t, files), Options{})
	require.ErrorContains(t, err, "currency_type differs")
}

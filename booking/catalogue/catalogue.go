package catalogue

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"shortfare/booking"
)

// ErrSource means that a spec given to Open names no kind of timetable.
var ErrSource = errors.New("catalogue: unknown source")

// Options say how a timetable is read. The zero value is useful.
type Options struct {
	// Loc is the time zone of the timetable; nil: agency_timezone of a feed,
	// China's for the demo.
	Loc *time.Location
	// Currency of fares that the feed does not name one for; empty is CNY.
	Currency string
	// Terminal is put into every TripKey: the name of the terminal that sells it.
	Terminal string
	// Fares is where prices come from. Empty: the feed's fare files, or by
	// distance when it has none. `distance`: by distance always. `files`: the fare
	// files or nothing. `fixed:100`: one price in major units for everything.
	Fares string
}

func (o *Options) setDefaults() error {
	if o.Currency == "" {
		o.Currency = "CNY"
	}
	switch {
	case o.Fares == "", o.Fares == "distance", o.Fares == "files":
		return nil
	case strings.HasPrefix(o.Fares, "fixed:"):
		_, err := parseAmount(strings.TrimPrefix(o.Fares, "fixed:"))
		if err != nil {
			return fmt.Errorf("catalogue: fares %q: %w", o.Fares, err)
		}
		return nil
	default:
		return fmt.Errorf("catalogue: fares %q: use distance, files or fixed:AMOUNT", o.Fares)
	}
}

// Open reads the timetable that spec names: `demo`, or `gtfs:PATH` of a zip or
// folder. Errors: ErrSource, or what is wrong with the feed, by file and line.
func Open(spec string, o Options) (*Snapshot, error) {
	if spec == "demo" {
		return openDemo(o)
	}
	if path, ok := strings.CutPrefix(spec, "gtfs:"); ok && path != "" {
		return LoadGTFS(path, o)
	}
	return nil, fmt.Errorf("%w %q: use demo or gtfs:PATH", ErrSource, spec)
}

// Snapshot is one timetable. It implements booking.Catalogue and
// parser.Gazetteer, and is safe for concurrent use.
type Snapshot struct {
	loc      *time.Location
	terminal string
	currency string

	stops     []stop
	services  []service
	calendars []calendar
	tariffs   []tariff
	zones     *zoneFares // nil when no tariff needs it

	// The calls of all runs, service after service; parallel columns.
	callStop  []uint32
	callArr   []uint16 // minutes after midnight of the day the run starts
	callDep   []uint16
	callMetre []uint32 // from the run's first stop
	callFlag  []uint8

	// Departures of a stop, by minute of the day: depart[departAt[s]:departAt[s+1]].
	departAt []uint32
	depart   []departure

	byKey    map[string]int32   // trip_id -> service
	byNumber map[string][]int32 // number -> services by first departure
	maxDays  int                // days that the longest run lasts, less one

	placeIndex
	notes []string
}

// City implements booking.Catalogue.
func (s *Snapshot) City(id string) string {
	i, ok := s.byID[id]
	if !ok || len(s.places[i].stops) == 0 {
		return id
	}
	if city := s.stops[s.places[i].stops[0]].city; city >= 0 {
		return s.places[city].id
	}
	return id
}

// stop is a row of stops.txt, or of the demo's.
type stop struct {
	booking.Stop
	pos     position
	code    string
	zone    int32 // of the fare files; -1 for none
	station int32 // place of its station
	city    int32 // place of its city; the station's when the city has no other
}

// service is a trip of the feed: one run on every day of its calendar.
type service struct {
	key      string
	number   string // as customers are shown it
	kind     booking.Kind
	calendar int32
	tariff   int32
	route    int32
	first    uint32 // of its calls
	n        uint32
}

type departure struct {
	service int32
	call    uint32 // index into the columns
}

// Flags of a call.
const (
	noBoarding  = 1 << iota // pickup_type 1
	noAlighting             // drop_off_type 1
)

// Stats say how large a snapshot is.
type Stats struct {
	Services int // runs a calendar day may have, at most
	Stops    int
	Calls    int
	Places   int // cities and stations
	Numbers  int // distinct service numbers
}

// Stats returns the counts, for the report of an import.
func (s *Snapshot) Stats() Stats {
	return Stats{Services: len(s.services), Stops: len(s.stops), Calls: len(s.callStop),
		Places: len(s.places), Numbers: len(s.byNumber)}
}

// Notes are what an import mended or left out, one sentence each; an operator should read them.
func (s *Snapshot) Notes() []string { return append([]string(nil), s.notes...) }

// Location is the time zone of the timetable.
func (s *Snapshot) Location() *time.Location { return s.loc }

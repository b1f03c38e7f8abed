package local

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"shortfare/booking"
)

var defaultShare = map[string]float64{
	"2nd": 0.80, "1st": 0.15, "business": 0.05, "premium": 0.05, "economy": 0.90, "seat": 1,
	"hard seat": 0.50, "hard sleeper": 0.40, "soft sleeper": 0.10, "soft seat": 0.20, "sleeper": 0.30, "standing": 0.05,
}

// otherShare is for classes nobody gave a share.
const otherShare = 0.10

// maxSeats bounds the seats of a run.
const maxSeats = 1 << 20

// layout is how the seats of a run are divided and named. It is stored with the
// run, so that what was sold keeps its name whatever the options say later.
type layout struct {
	kind    booking.Kind
	classes []section
}

// section is the seats of one class, in cars and rows of their own.
type section struct {
	class  string
	seats  int
	before int // rows of a flight, cars of a train, seats of a bus before it
}

// Seats of a car and of a row.
const (
	trainRow, trainCar = 5, 100
	flightRow          = 6
	busRow             = 4
)

// layout divides the seats among the classes of a run: the dearest in front,
// each at least one, the largest class takes what rounding leaves.
func (t *Terminal) layout(whole booking.Trip) *layout {
	total := t.o.Seats
	if total <= 0 {
		total = [...]int{booking.Train: 556, booking.Bus: 49, booking.Flight: 180}[whole.Kind]
	}
	total = min(total, maxSeats)
	sum, largest := 0.0, 0
	share := make([]float64, len(whole.Fares))
	for i, f := range whole.Fares {
		s, ok := t.o.ClassShare[f.Class]
		if !ok || s <= 0 || math.IsInf(s, 0) || math.IsNaN(s) {
			s = otherShare
		}
		share[i] = s
		sum += s
		if s > share[largest] {
			largest = i
		}
	}
	n := make([]int, len(share))
	left := total
	for i, s := range share {
		n[i] = max(1, int(math.Round(float64(total)*s/sum)))
		left -= n[i]
	}
	l := &layout{kind: whole.Kind}
	for i := len(n) - 1; i >= 0; i-- {
		if i == largest {
			n[i] = max(1, n[i]+left)
		}
		l.add(whole.Fares[i].Class, n[i])
	}
	return l
}

func (l *layout) add(class string, seats int) {
	before := 0
	if len(l.classes) > 0 {
		last := l.classes[len(l.classes)-1]
		unit := [...]int{booking.Train: trainCar, booking.Bus: 1, booking.Flight: flightRow}[l.kind]
		before = last.before + (last.seats+unit-1)/unit
	}
	l.classes = append(l.classes, section{class, seats, before})
}

// find gives the index of a class; -1 when the run has none of that name.
func (l *layout) find(class string) int {
	for i := range l.classes {
		if l.classes[i].class == class {
			return i
		}
	}
	return -1
}

// row and car of a seat within its class: seats of one row sit together.
func (l *layout) row(seat int) int {
	return seat / [...]int{booking.Train: trainRow, booking.Bus: busRow, booking.Flight: flightRow}[l.kind]
}

func (l *layout) car(seat int) int {
	if l.kind == booking.Train {
		return seat / trainCar
	}
	return 0
}

// place is the name printed on the ticket: `car5 7A`, `seat 12`, `7A`.
func (l *layout) place(class, seat int) string {
	s := l.classes[class]
	switch l.kind {
	case booking.Train:
		in := seat % trainCar
		return "car" + strconv.Itoa(s.before+seat/trainCar+1) + " " + strconv.Itoa(in/trainRow+1) + "ABCDF"[in%trainRow:in%trainRow+1]
	case booking.Flight:
		return strconv.Itoa(s.before+seat/flightRow+1) + "ABCDEF"[seat%flightRow:seat%flightRow+1]
	default:
		return "seat " + strconv.Itoa(s.before+seat+1)
	}
}

func (l *layout) places(class int, seats []uint32) []string {
	out := make([]string, len(seats))
	for i, s := range seats {
		out[i] = l.place(class, int(s))
	}
	return out
}

// String is how a layout is stored: `train|business:28|1st:83|2nd:445`.
func (l *layout) String() string {
	var b strings.Builder
	b.WriteString(l.kind.String())
	for _, c := range l.classes {
		fmt.Fprintf(&b, "|%s:%d", c.class, c.seats)
	}
	return b.String()
}

func parseLayout(text string) (*layout, error) {
	kind, rest, _ := strings.Cut(text, "|")
	l := &layout{}
	switch kind {
	case booking.Train.String():
	case booking.Bus.String():
		l.kind = booking.Bus
	case booking.Flight.String():
		l.kind = booking.Flight
	default:
		return nil, fmt.Errorf("local terminal: layout %q has no kind", text)
	}
	for _, part := range strings.Split(rest, "|") {
		class, n, _ := strings.Cut(part, ":")
		seats, err := strconv.Atoi(n)
		if err != nil || seats < 1 || seats > maxSeats+1 {
			return nil, fmt.Errorf("local terminal: layout %q: class %q", text, part)
		}
		l.add(class, seats)
	}
	return l, nil
}

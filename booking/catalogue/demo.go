package catalogue

import (
	"embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"shortfare/booking"
)

//go:embed demo/stops.txt demo/services.txt
var demoFiles embed.FS

// Demo is the timetable built in: trains, coaches and flights between large
// cities of China, every day. The times are plausible, not official. loc nil is
// China's time.
func Demo(loc *time.Location) *Snapshot {
	s, err := openDemo(Options{Loc: loc})
	if err != nil {
		panic("catalogue: the demo timetable: " + err.Error()) // it is part of the program and tested
	}
	return s
}

func openDemo(o Options) (*Snapshot, error) {
	if err := o.setDefaults(); err != nil {
		return nil, err
	}
	if o.Loc == nil {
		o.Loc = time.FixedZone("CST", 8*3600) // China has one time zone and no summer time
	}
	d := &demoReader{draft: draft{o: o, loc: o.Loc, calends: []calendar{everyDay()}}, at: map[string]uint32{}}
	for _, f := range []struct {
		name string
		line func([]string, string) error
	}{{"demo/stops.txt", d.stop}, {"demo/services.txt", d.service}} {
		text, err := demoFiles.ReadFile(f.name)
		if err != nil {
			return nil, fmt.Errorf("catalogue: %w", err)
		}
		if err := d.lines(f.name, string(text), f.line); err != nil {
			return nil, err
		}
	}
	return d.snapshot()
}

// demoReader reads the two text files of a demo timetable.
type demoReader struct {
	draft
	at   map[string]uint32
	kind booking.Kind
}

func (d *demoReader) lines(name, text string, read func(words []string, line string) error) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if err := read(words, strings.TrimSpace(line)); err != nil {
			if err == io.EOF {
				err = fmt.Errorf("the line ends too early")
			}
			return fmt.Errorf("catalogue: %s line %d: %w", name, n, err)
		}
	}
	return nil
}

// stop reads `VNP, Beijing South, 北京南, 39.865, 116.379`.
func (d *demoReader) stop(_ []string, line string) error {
	f := strings.Split(line, ",")
	if len(f) != 5 {
		return fmt.Errorf("want code, English, Chinese, latitude, longitude")
	}
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	lat, err := strconv.ParseFloat(f[3], 64)
	if err != nil {
		return fmt.Errorf("latitude: %w", err)
	}
	lon, err := strconv.ParseFloat(f[4], 64)
	if err != nil {
		return fmt.Errorf("longitude: %w", err)
	}
	if _, ok := d.at[f[0]]; ok {
		return fmt.Errorf("stop %s stands twice", f[0])
	}
	d.at[f[0]] = uint32(len(d.stops))
	d.stops = append(d.stops, stopRow{id: f[0], en: f[1], zh: f[2], code: f[0], pos: position{lat, lon}, zone: anywhere})
	return nil
}

// service reads `[train]` or `G1 2nd=553 VNP 09:00 NKH 12:25-12:27 AOH 13:28`.
func (d *demoReader) service(words []string, _ string) error {
	switch words[0] {
	case "[train]":
		d.kind = booking.Train
		return nil
	case "[bus]":
		d.kind = booking.Bus
		return nil
	case "[flight]":
		d.kind = booking.Flight
		return nil
	}
	v := service{key: words[0], number: number(words[0]), kind: d.kind, tariff: int32(len(d.tariffs))}
	words = words[1:]
	t := tariff{mode: byShare}
	for len(words) > 0 && strings.Contains(words[0], "=") {
		class, price, _ := strings.Cut(words[0], "=")
		minor, err := parseAmount(price)
		if err != nil {
			return err
		}
		t.classes = append(t.classes, classFare{class: strings.ReplaceAll(class, "-", " "), full: float64(minor), min: min(1000, float64(minor))})
		words = words[1:]
	}
	if amount, ok := strings.CutPrefix(d.o.Fares, "fixed:"); ok {
		minor, _ := parseAmount(amount) // setDefaults has read it
		t = fixedTariff(v.kind, v.number, minor)
	} else if d.o.Fares == "distance" {
		t = distanceTariff(v.kind, v.number)
	}
	if len(t.classes) == 0 || len(words) < 4 || len(words)%2 != 0 {
		return io.EOF
	}
	for seq := 0; len(words) > 0; seq++ {
		c, err := d.call(words[0], words[1])
		if err != nil {
			return err
		}
		c.service, c.seq = uint32(len(d.services)), uint32(seq)
		d.calls = append(d.calls, c)
		words = words[2:]
	}
	d.tariffs = append(d.tariffs, t)
	d.services = append(d.services, v)
	return nil
}

func (d *demoReader) call(code, times string) (call, error) {
	at, ok := d.at[code]
	if !ok {
		return call{}, fmt.Errorf("stop %s is not in stops.txt", code)
	}
	arr, dep, two := strings.Cut(times, "-")
	if !two {
		dep = arr
	}
	c := call{stop: at}
	var err error
	if c.arr, err = parseTime(arr); err != nil {
		return c, err
	}
	c.dep, err = parseTime(dep)
	return c, err
}

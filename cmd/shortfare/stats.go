package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"time"

	"shortfare/booking"
	"shortfare/booking/classes"
	"shortfare/booking/stats"
	"shortfare/cmd/shortfare/config"
	"shortfare/store"
)

// statsOptions are what `shortfare stats` was asked.
type statsOptions struct {
	by     []stats.Dimension
	day    booking.Date // of departure; 0 for all
	states []string     // empty for all
	format string
}

// stats counts orders. It reads beside the running service and changes nothing.
func (p program) stats(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("shortfare stats", flag.ContinueOnError)
	fs.SetOutput(p.err)
	file := fs.String("config", "", "configuration `FILE`")
	by := fs.String("by", "service", "what to count by, with commas: service, day, class, customer, state, kind, age, gender, region, job")
	day := fs.String("day", "", "only departures of this `DAY`: YYYY-MM-DD")
	state := fs.String("state", "", "only orders in these `STATES`, with commas, such as issued,refunded; all for all (default issued, and all when counted by state)")
	format := fs.String("format", "text", "text, sms (one segment, as STAT answers), csv or json")
	if err := fs.Parse(args); err != nil {
		return flag.ErrHelp
	}
	if *file == "" || fs.NArg() > 0 {
		return usageError("stats takes --config FILE and other flags only; --help lists them")
	}
	o := statsOptions{format: *format}
	var err error
	if o.by, err = stats.ParseBy(*by); err != nil {
		return usageError("--by: " + err.Error())
	}
	if *day != "" {
		t, err := time.Parse(time.DateOnly, *day)
		if err != nil {
			return usageError(fmt.Sprintf("--day: %.20q is no day; write YYYY-MM-DD", *day))
		}
		o.day = booking.DateOf(t)
	}
	switch {
	case *state == "" && !slices.Contains(o.by, stats.State):
		o.states = []string{booking.Issued.String()}
	case *state != "" && *state != "all":
		o.states = strings.Split(strings.ReplaceAll(*state, " ", ""), ",")
	}
	if !slices.Contains([]string{"text", "sms", "csv", "json"}, o.format) {
		return usageError(fmt.Sprintf("--format: %.20q is not known; write text, sms, csv or json", o.format))
	}
	cfg, err := config.Load(*file, p.environ)
	if err != nil {
		return err
	}
	t, err := countOrders(ctx, cfg, o)
	if err != nil {
		return err
	}
	return p.print(t, o.format)
}

func (p program) print(t *stats.Table, format string) error {
	switch format {
	case "csv":
		return t.CSV(p.out)
	case "json":
		return t.JSON(p.out)
	case "sms":
		_, err := fmt.Fprintln(p.out, t.Text("", nil))
		return err
	}
	return t.Table(p.out)
}

// countOrders reads the store and counts what was asked for.
func countOrders(ctx context.Context, cfg *config.Config, o statsOptions) (t *stats.Table, err error) {
	r, err := openStore(cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	var known map[booking.MSISDN]classes.Classes
	if aboutCustomers(o.by) {
		if known, err = classify(ctx, r, cfg); err != nil {
			return nil, err
		}
	}
	t = stats.New(o.by...)
	err = r.EachOrder(ctx, 0, func(order *booking.Order) error {
		f := stats.FactOf(order, cfg.Loc)
		if o.day != 0 && f.Day != o.day || len(o.states) > 0 && !slices.Contains(o.states, f.State) {
			return nil
		}
		if c := known[order.Customer]; c != nil {
			f.CustomerClass, f.Labels = c.Level(), c[1:]
		}
		t.Add(f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read orders: %w", err)
	}
	return t, nil
}

// aboutCustomers tells whether classes of customers are counted by: only then
// are customers read.
func aboutCustomers(by []stats.Dimension) bool {
	return slices.ContainsFunc(by, func(d stats.Dimension) bool {
		switch d {
		case stats.Customer, stats.Age, stats.Gender, stats.Region, stats.Job:
			return true
		}
		return false
	})
}

// classify gives the present classes of every customer.
func classify(ctx context.Context, r store.Reader, cfg *config.Config) (map[booking.MSISDN]classes.Classes, error) {
	known := map[booking.MSISDN]classes.Classes{}
	now := time.Now().In(cfg.Loc)
	err := r.EachCustomer(ctx, 0, func(c *booking.Customer) error {
		known[c.MSISDN] = classes.Classify(classes.PersonOf(c), c.History, cfg.Classes.Rules, now)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read customers: %w", err)
	}
	return known, nil
}

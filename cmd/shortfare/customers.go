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
	"shortfare/booking/identity"
	"shortfare/cmd/shortfare/config"
	"shortfare/store"
)

// customers counts registered customers by class, or lists those of one class. It
// reads beside the running service.
func (p program) customers(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("shortfare customers", flag.ContinueOnError)
	class := fs.String("class", "", "list the customers of this `CLASS`, such as vip, age:26-35, region:11 or job:student")
	r, err := p.parseReading(fs, args, "text", "csv", "json")
	if err != nil {
		return err
	}
	if len(r.words) > 0 {
		return usageError("customers takes --config FILE and other flags only; --help lists them")
	}
	cfg, err := config.Load(r.config, p.environ)
	if err != nil {
		return err
	}
	known := cfg.Classes.Rules.Known()
	if i := slices.IndexFunc(known, func(k string) bool { return strings.EqualFold(k, *class) }); i >= 0 {
		*class = known[i]
	} else if *class != "" {
		return usageError(fmt.Sprintf("--class: %.30q is no class; `shortfare customers` lists those that customers are in", *class))
	}
	s, err := openStore(cfg)
	if err != nil {
		return err
	}
	l, err := customersOf(ctx, s, cfg, *class)
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	return l.write(p.out, r.format)
}

// customersOf lists the registered customers of a class, or counts those of every
// class: all, and those who can be told something by BCAST.
func customersOf(ctx context.Context, s store.Reader, cfg *config.Config, class string) (*listing, error) {
	now := time.Now().In(cfg.Loc)
	list := &listing{heads: []string{"phone", "since", "class", "age", "gender", "region", "occupation", "orders", "seats", "last seen", "notices"}}
	all, told := map[string]int{}, map[string]int{}
	const registered = "registered"
	err := s.EachCustomer(ctx, 0, func(c *booking.Customer) error {
		if !c.Registered() {
			return nil
		}
		of := classes.Classify(classes.PersonOf(c), c.History, cfg.Classes.Rules, now)
		takes := !c.OptOut && !c.Stale
		for _, l := range append([]string{registered}, of...) {
			if all[l]++; takes {
				told[l]++
			}
		}
		if class != "" && of.Has(class) {
			list.add(c.MSISDN.Masked(), instantText(c.Since, cfg), of.Level(), of.Of("age"), of.Of("gender"), regionText(of.Of("region")), of.Of("job"),
				c.History.Paid, c.History.Seats, instantText(c.LastAt, cfg), takes)
		}
		return nil
	})
	if err != nil || class != "" {
		return list, err
	}
	counts := &listing{heads: []string{"class", "customers", "take notices"}}
	for _, l := range append([]string{registered}, cfg.Classes.Rules.Known()...) {
		if all[l] > 0 || l == registered {
			counts.add(l, all[l], told[l])
		}
	}
	return counts, nil
}

// regionText names a region behind its code.
func regionText(code string) string {
	if r, ok := identity.RegionOf(code); ok {
		return code + " " + r.English
	}
	return code
}

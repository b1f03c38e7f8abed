package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"shortfare/booking"
	"shortfare/cmd/shortfare/config"
	"shortfare/store"
)

// maxReviews is how many orders in review are listed.
const maxReviews = 10000

// review lists orders in review, or shows what is known of one. It reads beside the
// running service.
func (p program) review(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("shortfare review", flag.ContinueOnError)
	r, err := p.parseReading(fs, args, "text", "csv", "json")
	if err != nil {
		return err
	}
	cfg, err := config.Load(r.config, p.environ)
	if err != nil {
		return err
	}
	switch {
	case len(r.words) == 0:
	case len(r.words) == 2 && r.words[0] == "show" && r.format != "csv":
	case r.words[0] == "show" && len(r.words) == 2:
		return usageError("show knows --format text or json")
	default:
		return usageError("write review --config FILE, or review show ORDER --config FILE; an order leaves review from an operator's phone: text REVIEW to " + cfg.ShortCode)
	}
	s, err := openStore(cfg)
	if err != nil {
		return err
	}
	list, err := s.Reviews(ctx, maxReviews)
	switch {
	case err != nil:
	case len(r.words) == 0:
		err = p.listReviews(list, cfg, r.format)
	default:
		err = p.showReview(ctx, s, list, cfg, strings.ToUpper(r.words[1]), r.format)
	}
	return errors.Join(err, s.Close())
}

func (p program) listReviews(list []*booking.Order, cfg *config.Config, format string) error {
	l := listing{heads: []string{"order", "phone", "service", "departure", "seats", "price", "not acknowledged", "since"}}
	for _, o := range list {
		l.add(o.Code, o.Customer.Masked(), o.Trip.Number, instantText(o.Trip.Dep, cfg), o.Seats, o.Price.String(), o.OpenInReview().String(), instantText(o.Since, cfg))
	}
	return l.write(p.out, format)
}

// reviewed is all that is known of an order in review.
type reviewed struct {
	Order     string        `json:"order"`
	ID        int64         `json:"id"` // keys at terminal and bank begin with it
	Phone     string        `json:"phone"`
	Service   string        `json:"service"`
	Departure string        `json:"departure"`
	Places    []string      `json:"places"`
	Price     string        `json:"price"`
	Open      string        `json:"not_acknowledged"`
	Since     string        `json:"since"`
	Hold      string        `json:"hold_key"`
	Debit     string        `json:"debit_key"`
	Ticketed  bool          `json:"ticketed"`
	Charged   bool          `json:"charged"`
	Debits    []debited     `json:"debits"`
	Refunds   []refunded    `json:"refunds"`
	Attempts  []string      `json:"attempts"` // calls that wait or are under way
	Journal   []journalLine `json:"journal"`
}

type debited struct {
	Key  string `json:"key"`
	Paid string `json:"paid"`
	Back string `json:"returned,omitempty"`
}

type refunded struct {
	Key    string `json:"key"`
	Debit  string `json:"debit"`
	Amount string `json:"amount"`
	State  string `json:"state"`
	At     string `json:"at"`
}

type journalLine struct {
	At    string `json:"at"`
	Event string `json:"event"`
	What  string `json:"what"` // states before and after, or the posting
}

func (p program) showReview(ctx context.Context, s store.Reader, list []*booking.Order, cfg *config.Config, code, format string) error {
	for _, o := range list {
		if o.Code != code {
			continue
		}
		out, err := reviewedOf(ctx, s, o, cfg)
		if err != nil {
			return err
		}
		if format == "json" {
			e := json.NewEncoder(printable{p.out})
			e.SetIndent("", "  ")
			return e.Encode(out)
		}
		return out.text(p.out)
	}
	return fmt.Errorf("no order %.20q is in review; `shortfare review` lists those that are", code)
}

func reviewedOf(ctx context.Context, s store.Reader, o *booking.Order, cfg *config.Config) (*reviewed, error) {
	out := &reviewed{Order: o.Code, ID: int64(o.ID), Phone: o.Customer.Masked(), Service: o.Trip.Number, Departure: instantText(o.Trip.Dep, cfg),
		Places: append([]string{}, o.Places...), Price: o.Price.String(), Open: o.OpenInReview().String(), Since: instantText(o.Since, cfg),
		Hold: o.HoldKey(), Debit: o.DebitKey(), Ticketed: o.Ticketed, Charged: o.Charged, Debits: []debited{}, Refunds: []refunded{}, Attempts: []string{}, Journal: []journalLine{}}
	for _, f := range o.Funds {
		back := ""
		if f.Back.Minor > 0 {
			back = f.Back.String()
		}
		out.Debits = append(out.Debits, debited{f.Key, f.Paid.String(), back})
	}
	for _, f := range o.Refunds {
		out.Refunds = append(out.Refunds, refunded{f.Key, f.Fund, f.Amount.String(), string(f.State), instantText(f.At, cfg)})
	}
	const page = 500
	for after, n := int64(0), page; n == page; {
		list, err := s.Attempts(ctx, after, page)
		if err != nil {
			return nil, err
		}
		n = len(list)
		for _, a := range list {
			if after = a.ID; a.Order == o.ID {
				out.Attempts = append(out.Attempts, a.Call.String())
			}
		}
	}
	err := s.EachEntry(ctx, int64(o.ID)-1, func(e booking.Entry) error { // what happened to an order has greater ids than its own
		if e.Order == o.ID {
			what := e.From + " > " + e.To
			if e.Debit != "" {
				what = e.Debit + " > " + e.Credit + " " + e.Amount.String()
			}
			out.Journal = append(out.Journal, journalLine{instantText(e.At, cfg), e.Event, what})
		}
		return nil
	})
	return out, err
}

// text writes the order for a person.
func (r *reviewed) text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "order %s (%d)  phone %s  %s %s  %s  %s\n", r.Order, r.ID, r.Phone, r.Service, r.Departure, strings.Join(r.Places, ","), r.Price)
	fmt.Fprintf(&b, "not acknowledged: %s, since %s  ticketed %t  charged %t  terminal key %s  bank key %s\n", r.Open, r.Since, r.Ticketed, r.Charged, r.Hold, r.Debit)
	for _, d := range r.Debits {
		fmt.Fprintf(&b, "debit %s  %s", d.Key, d.Paid)
		if d.Back != "" {
			fmt.Fprintf(&b, "  returned %s", d.Back)
		}
		b.WriteString("\n")
	}
	for _, f := range r.Refunds {
		fmt.Fprintf(&b, "refund %s of %s  %s  %s at %s\n", f.Key, f.Debit, f.Amount, f.State, f.At)
	}
	for _, a := range r.Attempts {
		fmt.Fprintf(&b, "under way: %s\n", a)
	}
	for _, j := range r.Journal {
		fmt.Fprintf(&b, "%s  %s  %s\n", j.At, j.Event, j.What)
	}
	_, err := io.WriteString(w, visible(b.String()))
	return err
}

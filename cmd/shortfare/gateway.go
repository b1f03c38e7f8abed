package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"shortfare/booking"
	"shortfare/booking/catalogue"
	"shortfare/booking/classes"
	"shortfare/booking/dialogue"
	"shortfare/cmd/shortfare/config"
	"shortfare/parser"
	"shortfare/smpp/link"
	"shortfare/store"
)

// outside is what the gateway is connected to: it keeps its own truth and
// lives on when the gateway crashes.
type outside struct {
	catalogue *catalogue.Live
	timetable booking.Catalogue // as it was loaded, without what became of runs
	terminals map[string]booking.Ticketing
	bank      booking.Bank
	vault     booking.Vault
	verifier  booking.IdentityVerifier // nil: identities are not verified
	clock     booking.Clock
	fatal     chan error // the terminal's or the bank's file can't be trusted any more
	close     func() error
}

// gateway is the part between carriers and the outside: store, engine, links.
type gateway struct {
	cfg    *config.Config
	log    *zap.Logger
	out    *outside
	store  store.Store
	engine *booking.Engine
	links  *link.Group
	web    http.Handler
	fatal  chan error
}

// gatewayOptions are what only tests and the local product set.
type gatewayOptions struct {
	wrapCommit func(commit func() error) error
	linkMin    time.Duration // least back-off of a link
}

// openGateway opens the store and wires everything; nothing runs yet.
func openGateway(ctx context.Context, cfg *config.Config, out *outside, log *zap.Logger, o gatewayOptions) (*gateway, error) {
	g := &gateway{cfg: cfg, log: log, out: out, fatal: make(chan error, 1)}
	var err error
	g.store, err = store.Open(cfg.Store.URL, store.Options{Vault: out.vault, Log: log, Now: out.clock.Now, WrapCommit: o.wrapCommit,
		OnFatal: func(err error) {
			select {
			case g.fatal <- err:
			default:
			}
		}})
	if err != nil {
		return nil, fmt.Errorf("open store %s: %w", cfg.Store.URL, err)
	}
	g.engine = &booking.Engine{Store: g.store, Terminals: out.terminals, Bank: out.bank, Verifier: out.verifier, Vault: out.vault,
		Catalogue: out.catalogue.Catalogue, Changed: out.changed, Clock: out.clock, Log: log, Loc: cfg.Loc, SaleDays: cfg.Orders.SaleDays,
		LeaveUndelivered: cfg.SMPP.Undelivered == "leave", NoticesPerSecond: cfg.Broadcast.PerSecond,
		AccountDeclines: cfg.Limits.AccountDeclines, BINDeclines: cfg.Limits.BINDeclines,
		Pace:      booking.Pace{PerSecond: cfg.Limits.TextsPerSecond, Burst: cfg.Limits.TextsBurst, PerPrefix: cfg.Limits.PrefixPerSecond},
		Operators: cfg.OperatorPhones}
	words, err := g.settings()
	if err != nil {
		return nil, errors.Join(err, g.store.Close())
	}
	talk := dialogue.New(words)
	g.engine.Decider, g.engine.Labels, g.engine.HoldFor, g.engine.SlowAfter = talk, talk.Labels, words.HoldFor, words.SlowAfter
	g.links = link.NewGroup(linkConfigs(cfg, link.Config{LastText: g.store.LastText(), BackoffMin: o.linkMin, Now: out.clock.Now}), g.engine, log)
	g.engine.Carrier = g.links
	if g.links.Queries() {
		g.engine.Inquirer = g.links
	}
	if err := g.engine.Start(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start engine: %w", err), g.store.Close())
	}
	reg := metrics(g.engine)
	reg.MustRegister(newLinkMetrics(g.links.Links()))
	g.web = handler(g.checks(), reg)
	return g, nil
}

// settings are what the dialogue takes from the configuration.
func (g *gateway) settings() (dialogue.Settings, error) {
	c := g.cfg
	messages, err := dialogue.LoadMessages(c.MessagesDir)
	if err != nil {
		return dialogue.Settings{}, fmt.Errorf("messages of %s: %w", c.MessagesDir, err)
	}
	if long := messages.TooLong(); len(long) > 0 {
		if c.MessagesLong != "allow" {
			return dialogue.Settings{}, fmt.Errorf("messages of %s %s", c.MessagesDir, tooLong(long))
		}
		g.log.Warn("words need a second segment; `shortfare check` lists them", zap.Int("keys", len(long)), zap.String("first", long[0]))
	}
	if missing := messages.Missing(); len(missing) > 0 {
		g.log.Warn("said in English, since a language lacks them; `shortfare check` lists all", zap.Int("keys", len(missing)), zap.String("first", missing[0]))
	}
	return dialogue.Settings{ShortCode: c.ShortCode, Loc: c.Loc, Hold: c.Orders.Hold, HoldNear: c.Orders.HoldNear,
		CodeTries: c.Orders.CodeTries, CodeLife: c.Orders.CodeLife, SaleDays: c.Orders.SaleDays, MaxSeats: c.Orders.MaxSeats, TextsPer5Min: c.Limits.TextsPer5Min,
		TextsPerMin: c.Limits.TextsPerMin, TextsPerDay: c.Limits.TextsPerDay,
		UnpaidHolds: c.Limits.UnpaidHolds, OpenQuotes: c.Limits.OpenQuotes, RejectPAN: c.PANBySMS == "reject",
		CancelsADay: c.Limits.CancelsADay, MaxChanges: c.Orders.MaxChanges, Reminder: c.Orders.Reminder, CancelFee: cancelFee(c.Fees.Rules), ChangeFee: changeFee(c.Fees.Rules, c.Loc),
		SlowAfter: c.Orders.SlowAfter, PayByPhone: g.out.bank.PaysByPhone(), Code: codes(g.out.vault), OrderCode: orderCodes(g.out.vault),
		CustomerCode: customerCodes(g.out.vault), CodesPerHour: c.Limits.CodesPerHour, UnknownOrders: c.Limits.UnknownOrders, NewAccounts: c.Limits.NewAccounts, Recycle: never(c.Limits.Recycle), Unconfirmed: c.Limits.Unconfirmed,
		Occupations: c.Classes.Occupations, Messages: messages, Classes: g.classes, LimitsOf: g.limits,
		Verify: g.out.verifier != nil, VerifyGrace: c.Identity.Grace,
		Operators: c.OperatorPhones, CallHours: c.Callbacks.Hours, CallWithin: c.Callbacks.Within, CustomerClasses: c.Classes.Rules.Known(),
		WaitOrders: c.Orders.Waitlist.PerPhone, WaitPeople: c.Orders.Waitlist.People, WaitCutoff: c.Orders.Waitlist.CutoffMinute,
		Parse: func(text string, _ time.Time) parser.Command { return parser.Parse(text, g.engine.ParseContext()) }}, nil
}

// never makes of 0, which the configuration has for never, what the dialogue has for it.
func never(d time.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return d
}

// classes are the labels of a customer, by the rules of the configuration.
func (g *gateway) classes(c *booking.Customer, now time.Time) []string {
	return classes.Classify(classes.PersonOf(c), c.History, g.cfg.Classes.Rules, now)
}

// limits are what a customer of those classes may do.
func (g *gateway) limits(c *booking.Customer, now time.Time) dialogue.Limits {
	return dialogue.Limits(g.cfg.Classes.Rules.Limits(g.classes(c, now)))
}

// codes derives confirmation codes: six digits that only the holder of the
// key can compute, bound to order, MSISDN and quote, and to what is paid, kept and
// returned for which seats. None is ever stored.
func codes(v booking.Vault) func(*booking.Order, booking.Quote) string {
	return func(o *booking.Order, q booking.Quote) string {
		about := o.Price.String()
		switch {
		case q.For == booking.QuoteCancel:
			about = fmt.Sprintf("%s|%s|%q", o.Refund, o.Fee, o.LeavingPlaces())
		case q.For == booking.QuoteChange && o.Swap != nil:
			about = fmt.Sprintf("%s|%s|%d", o.Charge(), o.GiveBack(), o.Swap.Order)
		case q.For == booking.QuoteWait && o.Wish != nil:
			about = o.Wish.Most.String()
		}
		b := fmt.Appendf(nil, "%d|%d|%s|%d|%d", o.ID, o.Customer, about, q.For, q.Gen)
		sum := v.PRF("code", b)
		return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:8])%1_000_000)
	}
}

// customerCodes derives the codes of questions about a customer's own data in the
// same way, under a kind of their own.
func customerCodes(v booking.Vault) func(booking.MSISDN, string, []byte, int) string {
	return func(m booking.MSISDN, purpose string, content []byte, gen int) string {
		sum := v.PRF("customer code", fmt.Appendf(nil, "%d|%q|%q|%d", m, purpose, content, gen))
		return fmt.Sprintf("%06d", binary.BigEndian.Uint64(sum[:8])%1_000_000)
	}
}

func orderCodes(v booking.Vault) func(booking.OrderID, int) string {
	return func(id booking.OrderID, try int) string {
		sum := v.PRF("order", binary.BigEndian.AppendUint64(nil, uint64(id)))
		return parser.OrderCode(binary.BigEndian.Uint64(sum[:8]), try)
	}
}

// run serves until ctx ends or the store stops for good. When ctx ends it
// drains: no more texts are taken, calls and replies under way end, links
// unbind, and the store is closed last of all.
func (g *gateway) run(ctx context.Context) error {
	linksCtx, stopLinks := context.WithCancel(context.WithoutCancel(ctx))
	engineCtx, stopEngine := context.WithCancel(context.WithoutCancel(ctx))
	defer stopLinks()
	defer stopEngine()
	var links, engine errgroup.Group
	links.Go(func() error { return g.links.Run(linksCtx) })
	engine.Go(func() error { return g.engine.Run(engineCtx) })
	engine.Go(func() error { return g.prune(engineCtx) })
	var fatal error
	select {
	case fatal = <-g.fatal:
		fatal = fmt.Errorf("store stopped; start again to recover: %w", fatal)
	case fatal = <-g.out.fatal:
	case <-ctx.Done():
		quiet, cancel := context.WithTimeout(context.WithoutCancel(ctx), 8*time.Second)
		g.engine.Drain(quiet)
		cancel()
	}
	stopLinks()
	err := links.Wait()
	stopEngine()
	return errors.Join(fatal, ignoreCancel(err), ignoreCancel(engine.Wait()), g.store.Close())
}

// retention is how long texts, replies and receipts are kept; orders and the
// journal stay.
const retention = 90 * 24 * time.Hour

// prune deletes what is older than the retention, once a day.
func (g *gateway) prune(ctx context.Context) error {
	for {
		n, err := g.store.Prune(ctx, g.out.clock.Now().Add(-retention))
		if err != nil && ctx.Err() == nil {
			g.log.Warn("old texts not deleted, tried again tomorrow", zap.Error(err))
		} else if n > 0 {
			g.log.Info("old texts deleted", zap.Int64("rows", n))
		}
		select {
		case <-time.After(24 * time.Hour):
		case <-ctx.Done():
			return nil
		}
	}
}

func ignoreCancel(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, link.ErrKilled) {
		return nil
	}
	return err
}

// checks are what /readyz asks.
func (g *gateway) checks() []readiness {
	list := []readiness{{"store", g.store.Ready}, {"bank", g.out.bank.Ready}}
	for _, l := range g.links.Links() {
		list = append(list, readiness{"link " + l.Name(), func(context.Context) error { return l.Ready() }})
	}
	if v := g.out.verifier; v != nil {
		list = append(list, readiness{"register of persons", v.Ready})
	}
	for name, t := range g.out.terminals {
		list = append(list, readiness{"terminal " + name, t.Ready})
	}
	return list
}

// storePath is the file of a sqlite: URL.
func storePath(c *config.Config) string { return strings.TrimPrefix(c.Store.URL, "sqlite:") }

// beside names a file in the store's directory.
func beside(c *config.Config, file string) string {
	return filepath.Join(filepath.Dir(storePath(c)), file)
}

// kill drops every connection and forgets what was in memory, as a crash does.
func (g *gateway) kill() { g.links.Kill() }

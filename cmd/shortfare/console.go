package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"shortfare/booking"
	"shortfare/booking/dialogue"
	"shortfare/booking/web"
	"shortfare/cmd/shortfare/config"
	"shortfare/parser"
	"shortfare/store"
)

// console is the operator console with what it stands on. It reads beside the
// gateway, whose lives it outlasts.
type console struct {
	web    *web.Console
	reader store.Reader
	listen net.Listener
	log    *zap.Logger
}

// openConsole opens a console for operators; it listens from then on. gateway is the
// one that runs.
func openConsole(c config.Console, cfg *config.Config, out *outside, gateway func() *gateway, log *zap.Logger) (*console, error) {
	reader, err := store.OpenRead(cfg.Store.URL, store.Options{Vault: out.vault})
	if err != nil {
		return nil, fmt.Errorf("console: read store: %w", err)
	}
	o := web.Options{Store: reader, IDs: out.vault, Operators: c.Operators, Hosts: c.Names, Secure: c.Secured != nil,
		Loc: cfg.Loc, Now: out.clock.Now, Log: log, Rules: cfg.Classes.Rules, SaleDays: cfg.Orders.SaleDays,
		Timetable: func() web.Timetable { return out.catalogue }, Stock: stock(out.terminals),
		Matters: func(ctx context.Context) ([]web.Matter, error) { return callsOf(ctx, reader) },
		Links:   func() []web.Link { return linksOf(gateway()) },
		Parse:   func(m booking.MSISDN, text string, at time.Time) parser.Command { return gateway().reread(m, text, at) }}
	words := cfg.Classes.Occupations
	if words == nil {
		words = dialogue.Occupations()
	}
	for _, w := range words {
		o.Occupations = append(o.Occupations, web.Occupation{Key: w.Key, En: w.En, Zh: w.Zh})
	}
	w, err := web.New(o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("console: %w", err), reader.Close())
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("console.listen: %w; free the port or set another address", err), reader.Close())
	}
	if c.Secured != nil {
		l = tls.NewListener(l, c.Secured)
	}
	return &console{web: w, reader: reader, listen: l, log: log}, nil
}

// serve serves the console until ctx ends.
func (c *console) serve(ctx context.Context) error {
	all, run := errgroup.WithContext(ctx)
	all.Go(func() error { return serveHTTP(run, c.listen, c.web.Handler(), c.log) })
	all.Go(func() error { c.web.Run(run); return nil })
	return errors.Join(all.Wait(), c.reader.Close())
}

// callsOf are the callbacks that are not closed. Those about an order in review are
// left out: the console finds such orders itself.
func callsOf(ctx context.Context, reader store.Reader) (list []web.Matter, err error) {
	const most = 200 // the console lists fewer
	open, err := reader.Callbacks(ctx, 0, most)
	for _, b := range open {
		if b.Why == booking.CallbackReview {
			continue
		}
		list = append(list, web.Matter{Kind: "call", At: b.At, Customer: b.Customer, Order: b.Order,
			Says: []string{"callback." + string(b.Why), "callback." + b.State.String()}, Note: strings.TrimSpace(fmt.Sprintf("%d %s", b.ID, b.Code))})
	}
	return list, err
}

// stock asks the terminal that sells a run.
type stock map[string]booking.Ticketing

// Left implements booking.Stock.
func (s stock) Left(k booking.TripKey, class string) (int, bool) {
	if t := s[k.Terminal]; t != nil {
		return t.Left(k, class)
	}
	return 0, false
}

// linksOf are the binds of a gateway as they are now.
func linksOf(g *gateway) []web.Link {
	var list []web.Link
	for _, l := range g.links.Links() {
		s := l.Stats()
		list = append(list, web.Link{Name: l.Name(), Carrier: l.Carrier(), Up: s.Bound, Queue: s.Queue, Oldest: s.Oldest})
	}
	return list
}

// reread reads a text as it was read at that time, with the timetable of now.
func (g *gateway) reread(m booking.MSISDN, text string, at time.Time) parser.Command {
	at = at.In(g.cfg.Loc)
	ctx := g.engine.ParseContext()
	ctx.Today, ctx.Now = parser.FromTime(at), at.Hour()*60+at.Minute()
	if slices.Contains(g.engine.Operators, m) {
		return parser.Parse(text, ctx)
	}
	return parser.Plain(text, ctx)
}

// localConsole is the console of one machine, with a password of its own.
func localConsole(listen string, w *world) (c *console, password string, err error) {
	password = rand.Text()[:20]
	const cost = 10 // it is random
	line, err := web.OperatorLine("operator", password, cost)
	if err != nil {
		return nil, "", err
	}
	conf := config.Console{Listen: listen, Names: []string{"localhost", "127.0.0.1", "::1"}}
	if host, _, err := net.SplitHostPort(listen); err == nil && host != "" {
		conf.Names = append(conf.Names, host)
	}
	if conf.Operators, err = web.ParseOperators([]byte(line)); err != nil {
		return nil, "", err
	}
	gateway := func() *gateway {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.running.g
	}
	if c, err = openConsole(conf, w.cfg, w.out, gateway, w.log); err != nil {
		w.log.Warn("the console is served elsewhere", zap.Error(err))
		conf.Listen = "127.0.0.1:0"
		c, err = openConsole(conf, w.cfg, w.out, gateway, w.log)
	}
	return c, password, err
}

// password prints the line of an operator for console.operators_file.
func (p program) password(args []string) error {
	if len(args) != 1 {
		return usageError("password takes the NAME of an operator; the password is typed, or piped in")
	}
	password, err := p.askPassword()
	if err != nil {
		return fmt.Errorf("password: %w", err)
	}
	line, err := web.OperatorLine(args[0], password, web.Cost)
	if err != nil {
		return usageError("password: " + err.Error())
	}
	fmt.Fprintln(p.out, line)
	return nil
}

// askPassword reads a password: twice and unseen from a terminal, else a line.
func (p program) askPassword() (string, error) {
	switch inputKind(p.in) {
	case noInput:
		return "", errors.New("there is no input; pipe the password in, or type it")
	case piped:
		line, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	ask := func(prompt string) (string, error) {
		fmt.Fprint(p.err, prompt)
		b, err := term.ReadPassword(int(p.in.Fd()))
		fmt.Fprintln(p.err)
		return string(b), err
	}
	first, err := ask("Password: ")
	if err != nil {
		return "", err
	}
	again, err := ask("Again: ")
	if err == nil && first != again {
		err = errors.New("the two are not the same")
	}
	return first, err
}

var _ web.Store = store.Reader(nil)

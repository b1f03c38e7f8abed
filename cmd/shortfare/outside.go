package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/booking/bank"
	"shortfare/booking/catalogue"
	"shortfare/booking/identity/register"
	"shortfare/booking/ticketing/local"
	"shortfare/booking/vault"
	"shortfare/cmd/shortfare/config"
)

// openOutside opens the vault, the catalogue, the terminal and the bank.
func openOutside(cfg *config.Config, clock booking.Clock, log *zap.Logger) (*outside, error) {
	v, err := vault.Open(cfg.Vault.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(storePath(cfg)), 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	t := cfg.Ticketing.Terminals[0]
	cat, err := catalogue.Open(t.Catalogue, catalogue.Options{Terminal: t.Name, Loc: cfg.Loc, Fares: t.Fares})
	if err != nil {
		return nil, fmt.Errorf("catalogue of terminal %s: %w", t.Name, err)
	}
	inventory := t.Inventory
	if inventory == "" {
		inventory = beside(cfg, "terminal-"+t.Name+".db")
	}
	fatal := make(chan error, 2)
	stopped := func(what string) func(error) {
		return func(err error) { fatal <- fmt.Errorf("%s stopped; start again to recover: %w", what, err) }
	}
	terminal, err := local.Open(local.Options{Path: inventory, Terminal: t.Name, Seats: t.Seats, Named: t.Named, Clock: clock.Now,
		Catalogue: func() booking.Catalogue { return cat }, OnFatal: stopped("terminal " + t.Name)})
	if err != nil {
		return nil, fmt.Errorf("terminal %s: %w", t.Name, err)
	}
	ledger := cfg.Bank.Ledger
	if ledger == "" {
		ledger = beside(cfg, "bank-sim.db")
	}
	sim, err := bank.OpenSim(bank.SimOptions{Path: ledger, Vault: v, Clock: clock, Log: log})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bank: %w", err), terminal.Close())
	}
	sweep, stop := context.WithCancel(context.Background())
	swept := make(chan struct{})
	go func() {
		defer close(swept)
		if err := terminal.Run(sweep); err != nil && sweep.Err() == nil {
			log.Warn("terminal gives expired holds back at the next call only", zap.Error(err))
		}
	}()
	verifier, err := openRegister(cfg.Identity, v, clock.Now)
	if err != nil {
		stop()
		<-swept
		return nil, errors.Join(err, terminal.Close(), sim.Close())
	}
	live := catalogue.NewLive(cat)
	if err := catchUp(live, terminal, clock.Now()); err != nil {
		stop()
		<-swept
		return nil, errors.Join(fmt.Errorf("terminal %s: %w", t.Name, err), terminal.Close(), sim.Close())
	}
	return &outside{catalogue: live, timetable: cat, vault: v, bank: sim, verifier: verifier, clock: clock, fatal: fatal, terminals: map[string]booking.Ticketing{t.Name: terminal},
		close: func() error {
			stop()
			<-swept
			return errors.Join(terminal.Close(), sim.Close())
		}}, nil
}

// openRegister connects the register of persons; nil when none is configured.
func openRegister(c config.Identity, v booking.Vault, now func() time.Time) (booking.IdentityVerifier, error) {
	if c.Verifier != "http" {
		return nil, nil
	}
	r, err := register.New(register.Options{URL: c.URL, Key: c.Key, Vault: v, TLS: c.Secured, Timeout: c.Timeout, Now: now})
	if err != nil {
		return nil, fmt.Errorf("register of persons: %w", err)
	}
	return r, nil
}

// catchUp lays what became of runs in earlier lives over the timetable: the
// engine asks only for what is new.
func catchUp(live *catalogue.Live, terminal booking.Ticketing, now time.Time) error {
	for {
		out := terminal.Events(context.Background(), live.Seq(), 0)
		if out.Verdict != booking.Done {
			return fmt.Errorf("events: %s %s: %w", out.Verdict, out.Reason, out.Cause)
		}
		if live.Apply(out.Value, now) == 0 {
			break
		}
	}
	live.Forget(booking.DateOf(now).Add(-longestRun))
	return nil
}

// longestRun is how many days after its start a run may still be under way.
const longestRun = 7

// changed puts what a terminal has reported into the catalogue.
func (o *outside) changed(_ string, events []booking.ServiceEvent) {
	o.catalogue.Apply(events, o.clock.Now())
}

// key makes a vault key.
func (p program) key(args []string) error {
	if len(args) != 1 {
		return usageError("key takes the FILE to make")
	}
	if err := vault.Create(args[0]); err != nil {
		return fmt.Errorf("vault key: %w", err)
	}
	fmt.Fprintf(p.out, "%s holds a new key. Keep a copy apart from the data: without it nothing sealed can be read.\n", args[0])
	return nil
}

// serve runs the service.
func (p program) serve(ctx context.Context, args []string) error {
	file, err := p.configFlag("serve", args)
	if err != nil {
		return err
	}
	cfg, err := config.Load(file, p.environ)
	if err != nil {
		return err
	}
	log, err := serviceLog(p.err, cfg.Log.Level)
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	out, err := openOutside(cfg, booking.WallClock{}, log)
	if err != nil {
		return err
	}
	g, err := openGateway(ctx, cfg, out, log, gatewayOptions{})
	if err != nil {
		return errors.Join(err, out.close())
	}
	log.Info("shortfare serves", zap.String("short_code", cfg.ShortCode), zap.String("store", cfg.Store.URL))
	err = serveAll(ctx, cfg, g)
	log.Info("shortfare has stopped", zap.Error(err))
	return errors.Join(err, out.close())
}

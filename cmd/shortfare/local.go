package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"shortfare/smpp/smsc/phone"
)

// stdin is what kind of standard input there is.
type stdin int

const (
	noInput  stdin = iota // none, or the null device: serve until SIGTERM
	terminal              // a person types
	piped                 // lines, texted one by one
)

// inputKind looks at standard input without reading it.
func inputKind(f *os.File) stdin {
	if f == nil {
		return noInput
	}
	info, err := f.Stat()
	switch {
	case err != nil:
		return noInput
	case term.IsTerminal(int(f.Fd())):
		return terminal
	case info.Mode()&os.ModeCharDevice != 0:
		return noInput
	}
	return piped
}

// local runs the whole product on one machine.
func (p program) local(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("shortfare local", flag.ContinueOnError)
	fs.SetOutput(p.err)
	dir := fs.String("data", "./shortfare-data", "`DIR` for everything durable")
	level := fs.String("log", "warn", "what is logged to standard error: debug, info, warn or error")
	who := fs.String("phone", "13800138001", "the `NUMBER` that texts first")
	asks := fs.Bool("register", false, "have identities checked by a simulated register of persons")
	listen := fs.String("http", "127.0.0.1:8080", "`ADDR` of health and metrics")
	pages := fs.String("console", "127.0.0.1:8081", "`ADDR` of the operator console; empty for none")
	if err := fs.Parse(args); err != nil {
		return flag.ErrHelp
	}
	if fs.NArg() > 0 {
		return usageError("local takes no arguments: " + strings.Join(fs.Args(), " "))
	}
	log, err := personLog(p.err, *level)
	if err != nil {
		return usageError("log: " + err.Error())
	}
	w, err := newWorld(ctx, worldOptions{dir: *dir, log: log, env: p.environ, register: *asks})
	if err != nil {
		return err
	}
	return errors.Join(p.localRun(ctx, w, *who, *listen, *pages), w.close())
}

// localRun serves health, metrics and the console, and the phone prompt if somebody types.
func (p program) localRun(ctx context.Context, w *world, who, listen, pages string) error {
	l, err := net.Listen("tcp", listen)
	if err != nil {
		w.log.Warn("health and metrics are served elsewhere", zap.Error(err))
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return fmt.Errorf("http: %w", err)
		}
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	all, run := errgroup.WithContext(ctx)
	all.Go(func() error { return serveHTTP(run, l, w.handler(), w.log) })
	all.Go(func() error {
		w.watch(run)
		return nil
	})
	kind := inputKind(p.in)
	fmt.Fprintf(printable{p.out}, "shortfare is up: short code %s, health and metrics on http://%s, data in %s\n", w.cfg.ShortCode, l.Addr(), beside(w.cfg, ""))
	if pages != "" {
		con, password, err := localConsole(pages, w)
		if err != nil {
			stop()
			return errors.Join(err, all.Wait())
		}
		all.Go(func() error { return con.serve(run) })
		fmt.Fprintf(printable{p.out}, "operator console: http://%s name operator, password %s (until this ends)\n", con.listen.Addr(), password)
	}
	if kind == noInput {
		fmt.Fprintln(p.out, "no input: serving until SIGTERM")
		return all.Wait()
	}
	if kind == terminal {
		fmt.Fprintln(p.out, "try: REG Zhang Wei 11010519491231002X   then: BOOK G123 2 card   or: 北京 上海 明天")
	}
	all.Go(func() error {
		defer stop()
		return w.prompt(p, kind == terminal, who).Run(run)
	})
	return all.Wait()
}

// prompt is the phone to text from.
func (w *world) prompt(p program, interactive bool, who string) *phone.Prompt {
	ph := &phone.Prompt{In: p.in, Out: p.out, Interactive: interactive, Phone: who, ShortCode: w.cfg.ShortCode,
		Commands: map[string]phone.Command{}}
	ph.Attach(w.smsc)
	clear(ph.Commands) // the carrier's faults are behind /carrier here
	for _, c := range []struct{ name, args, help string }{
		{"bank", "MODE", "approve, decline, silent, silent-booked, late, stray or down"},
		{"terminal", "CALL FAULT [xN]", "make calls of the ticket terminal fail, e.g. fulfil lose-answer x2; clear ends it; or cancel, move, restore a run, board a ticket"},
		{"register", "MODE", "the register of persons: yes, no, silent, cut, ...; needs --register"},
		{"carrier", "FAULT", "drop, drop-ack, throttle SHARE, ...; alone it lists them"},
		{"crash", "", "kill the gateway and start it on what it had stored"},
		{"crash-at", "N [after]", "crash at the N-th commit from now on, before or after it"},
		{"clock", "+30m", "move the clock forward"},
	} {
		ph.Commands[c.name] = phone.Command{Args: c.args, Help: c.help, Run: func(ctx context.Context, args []string) (string, error) {
			return w.control(ctx, append([]string{c.name}, args...))
		}}
	}
	return ph
}

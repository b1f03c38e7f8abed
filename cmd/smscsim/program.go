package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// Exit codes.
const (
	exitOK      = 0
	exitDiffers = 1 // a conversation went otherwise, a text got no answer, or no ESME came
	exitUsage   = 2 // wrong arguments, a file that cannot be read, a port that is taken
)

// program is the whole of smscsim, so that tests can run it.
type program struct {
	// Listening, if set, is told the address before an ESME can bind.
	Listening func(net.Addr)
	// API, if set, is told the address of the HTTP API once it answers.
	API func(net.Addr)
}

// options are the flags that phone and play share.
type options struct {
	listen   string
	systemID string
	password string
	to       string
	bindWait time.Duration
	wait     time.Duration
	ledger   string
	accounts map[string]smsc.Account
	tls      tlsFiles

	windowSize int // deliver_sm without an answer per bind; 0: the default
	keep       int // rows of the ledger in memory; 0: all, unless they go to a file
}

func (o *options) flags(name string, stderr io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {} // the caller says what it is about
	f.StringVar(&o.listen, "listen", "127.0.0.1:2775", "`address` where the ESME binds")
	f.StringVar(&o.systemID, "system-id", "", "system_id that may bind; empty: any")
	f.StringVar(&o.password, "password", "", "its password")
	f.StringVar(&o.to, "to", "12345", "short code that the phones text")
	f.DurationVar(&o.bindWait, "bind-wait", time.Minute, "how long to wait for an ESME; a terminal waits for ever")
	f.DurationVar(&o.wait, "wait", 10*time.Second, "how long to wait for an answer")
	f.StringVar(&o.ledger, "ledger", "", "write what goes over the wire to this `file` as JSON lines")
	o.tls.flags(f)
	f.Func("account", "`NAME:PASSWORD[,OPTION=VALUE...]` that may bind; may be given again. Options: bind=transceiver|receiver|transmitter, binds=N, rate=N, window=N, receipts=off, code=N", func(text string) error {
		name, a, err := parseAccount(text)
		if err == nil {
			if o.accounts == nil {
				o.accounts = map[string]smsc.Account{}
			}
			o.accounts[name] = a
		}
		return err
	})
	return f
}

const usage = `smscsim is a carrier for testers: bind your SMPP gateway to it.

  smscsim phone [flags]           a phone to type on; lines from a pipe are texted one by one
  smscsim play FILE... [flags]    play conversations and compare the answers
  smscsim load [flags]            many phones: rate, script, latency; a JSON result
  smscsim serve [flags]           texts, binds, faults and the ledger over HTTP
  smscsim help [COMMAND]          this, or the flags of a command
`

const phoneUsage = `smscsim phone [flags]

Waits for an ESME to bind, then texts what you type and shows what comes back.
A line that begins with / is a command: /help lists them. When input is not a
terminal its lines are texted one by one, each answer is waited for, and smscsim
ends by itself: 0 if every line was answered, else 1.

Flags:
`

const playUsage = `smscsim play FILE... [flags]

Waits for an ESME to bind, then plays the conversations in order. Ends with 0 if
all went as written, with 1 if one did not. A conversation that needs what only a
test bench has (! bank silent) is reported and left out.

  # the title              @ 13800138001         which phone texts
  > BOOK G123 2 card       < {*}Y {code}{*}      what it texts, what it gets
  > Y {code}               < none                a value put in; no text comes
  ! carrier drop           ! wait 6s             faults of the carrier; time

Flags:
`

const loadUsage = `smscsim load [flags]

Waits for an ESME to bind, then texts by a script and measures the replies. One
line of JSON goes to standard output, a table to standard error. Ends with 0, or
with --strict 1 if a text was lost, or a reply came twice, late or otherwise.

A script has one text a line. {msisdn} {n} {id} {card} {step} {round} {pick:A|B}
and {reply:/re/}, the last group of the expression in the last reply, are filled
in. In front of a text: [gsm7] [latin1] [ucs2] [noreply] [replies=N] [expect=/re/].

Flags:
`

const serveUsage = `smscsim serve [flags]

Serves ESMEs until it is interrupted, and gives them to programs and web pages
over HTTP: inject texts, read what phones show, list binds, switch faults, export
the ledger. The README has all of it.

  curl -H 'Content-Type: application/json' -d '{"from":"13800138001","text":"HELP"}' 127.0.0.1:8775/v1/mo
  curl '127.0.0.1:8775/v1/texts?to=13800138001&wait=30s'
  curl -H 'Content-Type: application/json' -d '{"line":"throttle 10%"}' 127.0.0.1:8775/v1/control

Flags:
`

// Run runs one command and returns the exit code.
func (p *program) Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	stderr = smsc.PrintableTo(stderr) // errors and notices quote peers and what was typed
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return exitUsage
	}
	switch args[0] {
	case "phone":
		return p.phone(ctx, args[1:], stdin, stdout, stderr)
	case "play":
		return p.play(ctx, args[1:], stdout, stderr)
	case "load":
		return p.load(ctx, args[1:], stdout, stderr)
	case "serve":
		return p.serve(ctx, args[1:], stdout, stderr)
	case "echo":
		return p.echo(ctx, args[1:], stdout, stderr)
	case "help", "-h", "-help", "--help":
		return help(args[1:], stdout)
	}
	fmt.Fprintf(stderr, "smscsim: there is no command %q\n\n%s", args[0], usage)
	return exitUsage
}

// help prints what a command does and its flags.
func help(args []string, stdout io.Writer) int {
	topic := ""
	if len(args) > 0 {
		topic = args[0]
	}
	switch topic {
	case "phone":
		fmt.Fprint(stdout, phoneUsage)
		_, f := phoneFlags(stdout)
		f.PrintDefaults()
	case "play":
		fmt.Fprint(stdout, playUsage)
		_, f := playFlags(stdout)
		f.PrintDefaults()
	case "load":
		fmt.Fprint(stdout, loadUsage)
		_, f := loadFlags(stdout)
		f.PrintDefaults()
	case "serve":
		fmt.Fprint(stdout, serveUsage)
		_, f := serveFlags(stdout)
		f.PrintDefaults()
	default:
		fmt.Fprint(stdout, usage)
	}
	return exitOK
}

// parse reads flags and other arguments in any order.
func parse(f *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		args = f.Args()
		if len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// misused reports wrong arguments; asking for help is none.
func misused(err error, command string, stdout, stderr io.Writer) int {
	if errors.Is(err, flag.ErrHelp) {
		return help([]string{command}, stdout)
	}
	fmt.Fprintf(stderr, "smscsim help %s lists the flags\n", command) // flag has printed what is wrong
	return exitUsage
}

// carrier is an SMSC that listens.
type carrier struct {
	*smsc.SMSC
	addr   net.Addr
	stop   func()
	ledger *os.File // nil without one
}

// start listens and serves until stop.
func (p *program) start(ctx context.Context, o *options, notice func(string), stderr io.Writer) (*carrier, int) {
	cfg := smsc.Config{Window: o.windowSize, Keep: o.keep, KeepPDUs: 10_000, ESMEs: o.accounts, OnEvent: func(e smsc.Event) {
		if text := describe(e); text != "" {
			notice(text)
		}
	}}
	var err error
	if cfg.TLS, err = o.tls.config(); err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return nil, exitUsage
	}
	c := &carrier{}
	if o.ledger != "" {
		f, err := os.OpenFile(o.ledger, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
		if err != nil {
			fmt.Fprintf(stderr, "smscsim: ledger: %v\n", err)
			return nil, exitUsage
		}
		c.ledger, cfg.Stream = f, f
		cfg.Keep = 10_000 // the file has the rest
	} else if o.keep > 0 {
		cfg.KeepPDUs = 0 // a load without a ledger notes none
	}
	ln, err := net.Listen("tcp", o.listen)
	if err != nil {
		fmt.Fprintf(stderr, "smscsim: %s\n", listenError(o.listen, err))
		if c.ledger != nil {
			_ = c.ledger.Close() // nothing was written
		}
		return nil, exitUsage
	}
	if o.systemID != "" {
		cfg.Accounts = map[string]string{o.systemID: o.password}
	}
	c.SMSC, c.addr = smsc.New(cfg), ln.Addr()
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx)) // stop unbinds, after the last command
	var done sync.WaitGroup
	done.Go(func() {
		if err := c.Serve(serving, ln); err != nil {
			notice("no more ESMEs are let in: " + err.Error())
		}
	})
	c.stop = func() {
		cancel()
		done.Wait()
	}
	if p.Listening != nil {
		p.Listening(ln.Addr())
	}
	who := "any system_id"
	if len(o.accounts) > 0 {
		who = fmt.Sprintf("one of %d accounts", len(o.accounts))
	}
	if o.systemID != "" {
		who = fmt.Sprintf("system_id %q", o.systemID)
	}
	notice(fmt.Sprintf("waiting for an ESME to bind at %s with %s", ln.Addr(), who))
	return c, exitOK
}

func listenError(addr string, err error) string {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Sprintf("%s is in use, perhaps by another smscsim: end that, or choose a port with --listen 127.0.0.1:PORT", addr)
	case errors.Is(err, syscall.EACCES):
		return fmt.Sprintf("not allowed to listen at %s: ports below 1024 are the system's, choose another with --listen", addr)
	}
	return fmt.Sprintf("cannot listen at %s: %v", addr, err)
}

// describe tells an event in words; a connection that never tried to bind is not told.
func describe(e smsc.Event) string {
	who := fmt.Sprintf("ESME %q at %s", e.SystemID, e.Remote)
	switch e.Kind {
	case smsc.Bound:
		return fmt.Sprintf("%s has bound as %s", who, strings.TrimPrefix(e.Command.String(), "bind_"))
	case smsc.Gone:
		return fmt.Sprintf("%s is gone: %v", who, e.Err)
	case smsc.Refused:
		return fmt.Sprintf("%s was refused: %s", who, refusal(e.Status))
	}
	return ""
}

func refusal(status pdu.Status) string {
	switch status {
	case pdu.ESME_RINVPASWD:
		return "wrong password (compare --password with its configuration)"
	case pdu.ESME_RINVSYSID:
		return "unknown system_id (compare --system-id with its configuration)"
	}
	return status.String()
}

// awaitBind waits for an ESME that takes texts; limit 0 is for ever.
func (c *carrier) awaitBind(ctx context.Context, limit time.Duration) error {
	return c.awaitBinds(ctx, 1, limit)
}

// awaitBinds waits for n binds that take texts; limit 0 is for ever.
func (c *carrier) awaitBinds(ctx context.Context, n int, limit time.Duration) error {
	wait := ctx
	if limit > 0 {
		var cancel context.CancelFunc
		wait, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	if err := c.WaitBound(wait, n); err != nil {
		if ctx.Err() != nil {
			return errors.New("interrupted before an ESME bound")
		}
		return fmt.Errorf("no ESME has bound as receiver or transceiver at %s within %v", c.addr, limit)
	}
	return nil
}

// end unbinds the ESMEs and writes what is left of the ledger. It returns code, or what went wrong.
func (c *carrier) end(code int, stderr io.Writer) int {
	c.stop()
	if c.ledger == nil {
		return code
	}
	err := c.FlushLedger()
	if closed := c.ledger.Close(); err == nil {
		err = closed
	}
	if err != nil {
		fmt.Fprintf(stderr, "smscsim: ledger: %v\n", err)
		return exitUsage
	}
	return code
}

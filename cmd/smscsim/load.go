package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"shortfare/smpp/smsc"
	"shortfare/smpp/smsc/load"
)

type loadOptions struct {
	options
	load.Config
	script, text, long, correlate string
	window, binds                 int
	faults                        []string
	strict                        bool
}

func loadFlags(out io.Writer) (*loadOptions, *flag.FlagSet) {
	o := &loadOptions{}
	f := o.flags("load", out)
	f.StringVar(&o.script, "script", "", "`file` with the texts that each phone sends, one a line")
	f.StringVar(&o.text, "text", "BOOK N{n}", "the only `text`, when there is no script")
	f.IntVar(&o.Phones, "phones", 100, "phones that text side by side")
	f.IntVar(&o.First, "first", 0, "`number` of the first phone, so that runs can use different ones")
	f.StringVar(&o.Prefix, "prefix", "139", "first `digits` of their numbers")
	f.IntVar(&o.Rounds, "rounds", 0, "how often each plays the script; once, without --messages and --duration")
	f.Int64Var(&o.Messages, "messages", 0, "end after so many texts")
	f.DurationVar(&o.Duration, "duration", 0, "end after so long")
	f.Float64Var(&o.Rate, "rate", 0, "texts per `second`, due at their time whatever was answered; 0: as fast as it goes")
	f.BoolVar(&o.NoWait, "no-wait", false, "phones do not wait for a reply before they go on")
	f.IntVar(&o.InFlight, "inflight", 1000, "texts without a reply")
	f.IntVar(&o.window, "window", 50, "deliver_sm without an answer, per bind")
	f.StringVar(&o.long, "long", "udh8", "`form` of long texts: udh8, udh16, sar or payload")
	f.StringVar(&o.correlate, "correlate", "", "`expression` whose group is the {n} that a reply answers; finds disorder and misrouting")
	f.DurationVar(&o.Timeout, "reply-timeout", 30*time.Second, "after which a reply is missing")
	f.IntVar(&o.binds, "binds", 1, "how many binds that take texts to wait for")
	f.BoolVar(&o.strict, "strict", false, "end with 1 on any loss, duplicate, disorder or unexpected reply")
	f.Func("fault", "a `control` such as 'throttle 1%' to begin with; may be given again", func(line string) error {
		o.faults = append(o.faults, line)
		return nil
	})
	return o, f
}

// ready turns the flags into what the load needs.
func (o *loadOptions) ready() (err error) {
	forms := map[string]smsc.LongForm{"udh8": smsc.UDH8, "udh16": smsc.UDH16, "sar": smsc.SAR, "payload": smsc.Payload}
	var ok bool
	if o.Long, ok = forms[o.long]; !ok {
		return fmt.Errorf("--long is udh8, udh16, sar or payload, not %q", o.long)
	}
	if o.correlate != "" {
		if o.Correlate, err = regexp.Compile(o.correlate); err != nil {
			return fmt.Errorf("--correlate: %w", err)
		}
		if o.Correlate.NumSubexp() == 0 {
			return errors.New(`--correlate needs a group, such as N(\d+)`)
		}
	}
	o.ShortCode = o.to
	if o.script == "" {
		o.Script, err = load.ParseScript("--text", strings.NewReader(o.text))
		return err
	}
	file, err := os.Open(o.script)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read
	o.Script, err = load.ParseScript(o.script, file)
	return err
}

// load measures whatever ESME binds.
func (p *program) load(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, f := loadFlags(stderr)
	rest, err := parse(f, args)
	if err != nil {
		return misused(err, "load", stdout, stderr)
	}
	if err := o.ready(); err != nil || len(rest) > 0 {
		if err == nil {
			err = fmt.Errorf("load takes no %q", rest[0])
		}
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return exitUsage
	}
	o.options.windowSize, o.options.keep = o.window, 1000
	c, code := p.start(ctx, &o.options, func(line string) { fmt.Fprintf(stderr, "smscsim: %s\n", line) }, stderr)
	if c == nil {
		return code
	}
	return c.end(c.measure(ctx, o, stdout, stderr), stderr)
}

// measure runs the load and prints what came of it.
func (c *carrier) measure(ctx context.Context, o *loadOptions, stdout, stderr io.Writer) int {
	for _, line := range o.faults {
		if _, err := c.Control(strings.Fields(line)); err != nil {
			fmt.Fprintf(stderr, "smscsim: --fault: %v\n", err)
			return exitUsage
		}
	}
	if err := c.awaitBinds(ctx, o.binds, o.bindWait); err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return exitDiffers
	}
	res, err := load.Run(ctx, c.SMSC, o.Config)
	code := exitOK
	if err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		code = exitDiffers
	}
	res.Table(stderr)
	line, err := json.Marshal(res)
	if err == nil {
		_, err = fmt.Fprintf(stdout, "%s\n", line)
	}
	if err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return exitUsage
	}
	if err := res.Strict(); err != nil && o.strict {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return exitDiffers
	}
	return code
}

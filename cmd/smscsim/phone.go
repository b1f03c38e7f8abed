package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"shortfare/smpp/smsc/phone"
)

type phoneOptions struct {
	options
	from string
}

func phoneFlags(out io.Writer) (*phoneOptions, *flag.FlagSet) {
	o := &phoneOptions{}
	f := o.flags("phone", out)
	f.StringVar(&o.from, "from", "13800138001", "number of the phone")
	return o, f
}

// phone runs the phone prompt.
func (p *program) phone(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, f := phoneFlags(stderr)
	rest, err := parse(f, args)
	if err != nil {
		return misused(err, "phone", stdout, stderr)
	}
	if len(rest) > 0 {
		fmt.Fprintf(stderr, "smscsim phone takes no %q; its texts come from standard input\n", rest[0])
		return exitUsage
	}
	prompt := &phone.Prompt{In: stdin, Out: stdout, Interactive: isTerminal(stdin), Phone: o.from, ShortCode: o.to, Timeout: o.wait}
	c, code := p.start(ctx, &o.options, prompt.Notice, stderr)
	if c == nil {
		return code
	}
	prompt.Attach(c.SMSC)
	limit := o.bindWait
	if prompt.Interactive {
		limit = 0
	}
	if err := c.awaitBind(ctx, limit); err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return c.end(exitDiffers, stderr)
	}
	code = exitOK
	if err := prompt.Run(ctx); err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		code = exitDiffers
	}
	return c.end(code, stderr)
}

func isTerminal(in io.Reader) bool {
	f, ok := in.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

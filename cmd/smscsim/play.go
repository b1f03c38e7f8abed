package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"shortfare/smpp/smsc/scenario"
)

type playOptions struct {
	options
	settle time.Duration
	quiet  bool
}

func playFlags(out io.Writer) (*playOptions, *flag.FlagSet) {
	o := &playOptions{}
	f := o.flags("play", out)
	f.DurationVar(&o.settle, "settle", scenario.DefaultSettle, "how long no text may come where none is expected")
	f.BoolVar(&o.quiet, "quiet", false, "print only what goes otherwise")
	return o, f
}

// play plays conversations against whatever ESME binds.
func (p *program) play(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, f := playFlags(stderr)
	files, err := parse(f, args)
	if err != nil {
		return misused(err, "play", stdout, stderr)
	}
	all, err := scenarios(files)
	if err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return exitUsage
	}
	c, code := p.start(ctx, &o.options, func(line string) { fmt.Fprintf(stderr, "smscsim: %s\n", line) }, stderr)
	if c == nil {
		return code
	}
	if err := c.awaitBind(ctx, o.bindWait); err != nil {
		fmt.Fprintf(stderr, "smscsim: %v\n", err)
		return c.end(exitDiffers, stderr)
	}
	code = c.playAll(ctx, all, o, stdout)
	return c.end(code, stderr)
}

// scenarios reads files and the *.txt of folders.
func scenarios(paths []string) ([]*scenario.Scenario, error) {
	if len(paths) == 0 {
		return nil, errors.New("play needs files, as in: smscsim play conversation.txt")
	}
	var all []*scenario.Scenario
	for _, path := range paths {
		files := []string{path}
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			if files, err = filepath.Glob(filepath.Join(path, "*.txt")); err != nil {
				return nil, err
			}
			if len(files) == 0 {
				return nil, fmt.Errorf("%s has no *.txt", path)
			}
		}
		for _, file := range files {
			s, err := scenario.ParseFile(file)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
	}
	return all, nil
}

// playAll plays one conversation after the other and counts.
func (c *carrier) playAll(ctx context.Context, scenarios []*scenario.Scenario, o *playOptions, stdout io.Writer) int {
	var good, bad, left int
	for _, s := range scenarios {
		s.Wait, s.Settle = o.wait, o.settle
		var rep scenario.Reporter = scenario.NewStory(stdout)
		if o.quiet {
			rep = scenario.Discard{}
		}
		err := scenario.Play(ctx, s, scenario.NewCarrier(c.SMSC, o.to), rep)
		c.Heal() // the faults of one conversation are not the next one's
		switch {
		case err == nil:
			good++
			continue
		case errors.Is(err, scenario.ErrUnsupported):
			left++
		case ctx.Err() != nil:
			fmt.Fprintln(stdout, "interrupted")
			return exitDiffers
		default:
			bad++
		}
		if o.quiet {
			fmt.Fprintln(stdout, err)
		}
	}
	fmt.Fprintf(stdout, "\n%d as expected, %d otherwise, %d not playable here\n", good, bad, left)
	if bad > 0 || good == 0 {
		return exitDiffers
	}
	return exitOK
}

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"shortfare/smpp/smsc"
	"shortfare/smpp/smsc/scenario"
)

type playOptions struct {
	options
	settle time.Duration
	quiet  bool
	world  string // URL of what does the controls that a carrier has not
}

func playFlags(out io.Writer) (*playOptions, *flag.FlagSet) {
	o := &playOptions{}
	f := o.flags("play", out)
	f.DurationVar(&o.settle, "settle", scenario.DefaultSettle, "how long no text may come where none is expected")
	f.StringVar(&o.world, "world", "", "`URL` that does other controls, such as that of `shortfare stage`: each is posted as {\"line\": \"bank silent\"}, and world, with its arguments, before each conversation")
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
		err := c.playOne(ctx, s, o, rep)
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
			fmt.Fprintln(smsc.PrintableTo(stdout), err)
		}
	}
	fmt.Fprintf(stdout, "\n%d as expected, %d otherwise, %d not playable here\n", good, bad, left)
	if bad > 0 || good == 0 {
		return exitDiffers
	}
	return exitOK
}

// playOne plays a conversation, in a world of its own if there is one to ask for it.
func (c *carrier) playOne(ctx context.Context, s *scenario.Scenario, o *playOptions, rep scenario.Reporter) error {
	if o.world == "" {
		return scenario.Play(ctx, s, scenario.NewCarrier(c.SMSC, o.to), rep)
	}
	setUp := []string{"world"}
	for _, st := range s.Steps {
		if st.Kind == scenario.Control && st.Args[0] == "world" {
			setUp = append(setUp, st.Args[1:]...)
		}
	}
	if err := control(ctx, o.world, setUp); err != nil {
		return fmt.Errorf("%s: no world: %w", s.Name, err)
	}
	if err := c.awaitBind(ctx, o.bindWait); err != nil {
		return fmt.Errorf("%s: %w", s.Name, err)
	}
	w := scenario.NewCarrier(c.SMSC, o.to)
	w.More = func(ctx context.Context, args []string) error {
		switch args[0] {
		case "carrier", "wait": // ours
			return scenario.ErrUnsupported
		case "world": // done
			return nil
		}
		return control(ctx, o.world, args)
	}
	return scenario.Play(ctx, s, w, rep)
}

// control has a control done elsewhere.
func control(ctx context.Context, url string, args []string) error {
	body, err := json.Marshal(map[string]string{"line": strings.Join(args, " ")})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 2 * time.Minute}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(said)))
	}
	return err
}

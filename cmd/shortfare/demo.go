package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"go.uber.org/zap"

	"shortfare/smpp/smsc/scenario"
)

// demoStart is when conversations take place: a morning, so that services of
// the day are still to come, on a day that makes every golden text the same.
func demoStart() time.Time { return time.Date(2026, 12, 1, 7, 30, 0, 0, time.FixedZone("CST", 8*3600)) }

// demo plays conversations in worlds of their own and prints them as a story.
func (p program) demo(ctx context.Context, files []string) error {
	if len(files) == 0 {
		return usageError("demo takes the FILEs to play, such as testdata/scenario/*.txt")
	}
	story := scenario.NewStory(p.out)
	var failed []string
	for _, f := range files {
		if err := playFile(ctx, f, story); err != nil {
			failed = append(failed, err.Error())
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	fmt.Fprintf(p.out, "\n%d conversation(s), %d differ\n", len(files), len(failed))
	if len(failed) > 0 {
		return errors.New(strings.Join(failed, "\n"))
	}
	return nil
}

// playFile plays one conversation in a new world. A first control `world`
// sets it up: `! world seats=2 named=true`.
func playFile(ctx context.Context, file string, rep scenario.Reporter) error {
	s, err := scenario.ParseFile(file)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "shortfare-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	o := worldOptions{dir: filepath.Join(dir, "data"), start: demoStart(), log: zap.NewNop()}
	if s, err = setUp(s, &o); err != nil {
		return err
	}
	w, err := newWorld(ctx, o)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	watch, stop := context.WithCancel(ctx)
	go w.watch(watch)
	err = scenario.Play(ctx, s, w, rep)
	stop()
	return errors.Join(err, w.close())
}

// setUp takes the `world` control out of a scenario and reads it.
func setUp(s *scenario.Scenario, o *worldOptions) (*scenario.Scenario, error) {
	c := *s
	c.Steps = nil
	for _, st := range s.Steps {
		if st.Kind != scenario.Control || len(st.Args) == 0 || st.Args[0] != "world" {
			c.Steps = append(c.Steps, st)
			continue
		}
		if err := o.set(st.Args[1:]); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", s.Name, st.Line, err)
		}
	}
	return &c, nil
}

// set reads the arguments of the `world` control.
func (o *worldOptions) set(args []string) error {
	for _, kv := range args {
		k, v, _ := strings.Cut(kv, "=")
		switch k {
		case "seats":
			if _, err := fmt.Sscan(v, &o.seats); err != nil {
				return fmt.Errorf("seats=%s: %w", v, err)
			}
		case "named":
			o.named = v == "true"
		case "register":
			o.register = v == "true"
		case "config":
			o.extra += strings.ReplaceAll(v, "~", " ") + "\n"
		default:
			return fmt.Errorf("world takes seats=N, named=true, register=true and config=TEXT, not %s", k)
		}
	}
	return nil
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"
)

const stageUsage = `shortfare stage [flags]

The gateway of shortfare demo without its carrier: it binds to one that runs elsewhere, so
that conversations can be played from there over the wire. POST {"line": "world seats=2"}
as application/json to /control begins a new world, as every conversation should; what else
a conversation may control follows in the same way: "bank silent", "clock +31m", "crash".

  smscsim play --listen 127.0.0.1:2775 --world http://127.0.0.1:8776/control testdata/scenario &
  shortfare stage --carrier 127.0.0.1:2775 --control 127.0.0.1:8776

Nothing of it outlives it. It serves this machine only.

Flags:
`

// controlTime is how long a control may take.
const controlTime = 2 * time.Minute

// stage is one world after another, all bound to the same carrier.
type stage struct {
	carrier string
	log     *zap.Logger
	environ []string

	mu    sync.Mutex
	world *world
	dir   string
	leave context.CancelFunc // ends what watches the world
}

// stage runs worlds for the conversations of another carrier until ctx ends.
func (p program) stage(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("shortfare stage", flag.ContinueOnError)
	fs.SetOutput(p.err)
	fs.Usage = func() {
		fmt.Fprint(p.err, stageUsage)
		fs.PrintDefaults()
	}
	carrier := fs.String("carrier", "127.0.0.1:2775", "`ADDR` of the carrier")
	listen := fs.String("control", "127.0.0.1:8776", "`ADDR` of the controls, of this machine")
	level := fs.String("log", "warn", "what is logged to standard error: debug, info, warn or error")
	if err := fs.Parse(args); err != nil {
		return flag.ErrHelp
	}
	if fs.NArg() > 0 {
		return usageError("stage takes no arguments: " + strings.Join(fs.Args(), " "))
	}
	if host, _, err := net.SplitHostPort(*listen); err != nil || !net.ParseIP(host).IsLoopback() {
		return usageError("control: " + *listen + " is no address of this machine alone; write one such as 127.0.0.1:8776")
	}
	log, err := personLog(p.err, *level)
	if err != nil {
		return usageError("log: " + err.Error())
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("control: %w", err)
	}
	s := &stage{carrier: *carrier, log: log, environ: p.environ}
	if err := s.anew(ctx, nil); err != nil {
		return errors.Join(err, l.Close())
	}
	fmt.Fprintf(p.out, "on stage: bound to %s, controls at http://%s/control\n", *carrier, l.Addr())
	err = serveHTTP(ctx, l, s.handler(ctx), log)
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(err, s.close())
}

// handler takes controls, one at a time.
func (s *stage) handler(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /control", func(w http.ResponseWriter, r *http.Request) {
		var in struct{ Line string }
		if kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); kind != "application/json" {
			http.Error(w, "send application/json", http.StatusUnsupportedMediaType)
			return
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in); err != nil {
			http.Error(w, `write {"line": "bank silent"}: `+err.Error(), http.StatusBadRequest)
			return
		}
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(controlTime)) // a world ends what it has begun
		said, err := s.control(ctx, strings.Fields(in.Line))
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, said)
	})
	return mux
}

func (s *stage) control(ctx context.Context, args []string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(args) > 0 && args[0] == "world" {
		return "a new world", s.anew(ctx, args[1:])
	}
	if s.world == nil {
		return "", errors.New("there is no world: the last one could not begin; write: world")
	}
	return s.world.control(ctx, args)
}

// anew ends the world there is and begins another.
func (s *stage) anew(ctx context.Context, args []string) error {
	o := worldOptions{start: demoStart(), log: s.log, carrier: s.carrier, env: s.environ}
	if err := o.set(args); err != nil {
		return err
	}
	if err := s.close(); err != nil {
		return err
	}
	var err error
	if s.dir, err = os.MkdirTemp("", "shortfare-stage-"); err != nil {
		return err
	}
	o.dir = filepath.Join(s.dir, "data")
	w, err := newWorld(ctx, o)
	if err != nil {
		return errors.Join(fmt.Errorf("no carrier at %s? %w", s.carrier, err), s.close())
	}
	watch, stop := context.WithCancel(ctx)
	s.world, s.leave = w, stop
	go w.watch(watch)
	return nil
}

// close ends the world there is.
func (s *stage) close() (err error) {
	if s.world != nil {
		s.leave()
		err = s.world.close()
	}
	if s.dir != "" {
		err = errors.Join(err, os.RemoveAll(s.dir))
	}
	s.world, s.dir = nil, ""
	return err
}

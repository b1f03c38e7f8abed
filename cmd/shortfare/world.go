package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-sqlite3"
	"go.uber.org/zap"

	"shortfare/booking"
	"shortfare/booking/bank"
	"shortfare/booking/identity/register"
	"shortfare/booking/identity/register/sim"
	"shortfare/booking/ticketing/faulty"
	"shortfare/booking/ticketing/local"
	"shortfare/booking/vault"
	"shortfare/cmd/shortfare/config"
	"shortfare/smpp/smsc"
	"shortfare/smpp/smsc/scenario"
)

// world is the whole product on one machine: a carrier with phones over real
// SMPP on loopback, a terminal, a bank, and the gateway between them, which can
// crash and start again while the others live on.
type world struct {
	*scenario.Carrier // the phones, and the controls of a conversation

	cfg   *config.Config
	log   *zap.Logger
	clock *warpClock
	out   *outside
	bank  *bank.Sim
	rail  *faulty.Terminal // books, with faults
	books *local.Terminal
	// timetable is the catalogue without what the terminal's events change.
	timetable booking.Catalogue
	smsc      *smsc.SMSC    // nil when the carrier is elsewhere
	asked     *sim.Register // of persons; nil when nobody asks it

	stopCarrier context.CancelFunc
	carrierDone chan error

	mu      sync.Mutex
	running *runningGateway
	crashAt int // crash at that COMMIT from now on; 0 for never
	after   bool
	crashed chan struct{} // the gateway asks to be crashed
}

// runningGateway is one life of the gateway.
type runningGateway struct {
	g    *gateway
	stop context.CancelFunc
	done chan error
}

// worldOptions say how a world differs from the product's defaults.
type worldOptions struct {
	dir   string
	start time.Time // of the clock; now when zero
	seats int
	named bool // tickets are sold by name
	log   *zap.Logger
	env   []string
	// register has a simulated register of persons asked about identities.
	register bool
	extra    string // lines added to the configuration
	// carrier is the address of a carrier elsewhere; empty for one of our own.
	carrier string
}

// newWorld makes carrier, terminal and bank and starts the gateway.
func newWorld(ctx context.Context, o worldOptions) (*world, error) {
	var listener io.Closer = io.NopCloser(nil)
	var own net.Listener
	if o.carrier == "" {
		var err error
		if own, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, fmt.Errorf("carrier: %w", err)
		}
		listener, o.carrier = own, own.Addr().String()
	}
	cfg, err := localConfig(o, o.carrier)
	if err != nil {
		_ = listener.Close()
		return nil, err
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if _, err := os.Stat(cfg.Vault.KeyFile); errors.Is(err, os.ErrNotExist) {
		if err := vault.Create(cfg.Vault.KeyFile); err != nil {
			return nil, fmt.Errorf("vault: %w", err)
		}
	}
	w := &world{cfg: cfg, log: o.log, clock: newWarpClock(o.start), crashed: make(chan struct{}, 1)}
	if w.out, err = openOutside(cfg, w.clock, o.log); err != nil {
		_ = listener.Close()
		return nil, err
	}
	w.bank = w.out.bank.(*bank.Sim)
	w.books = w.out.terminals["local"].(*local.Terminal)
	w.rail = faulty.Wrap(w.books)
	if o.register {
		if err := w.startRegister(); err != nil {
			_ = listener.Close()
			return nil, errors.Join(err, w.out.close())
		}
	}
	w.timetable = w.out.timetable
	w.out.terminals["local"] = w.rail
	if w.stopCarrier = func() {}; own != nil {
		w.startCarrier(ctx, own)
	}
	if err := w.startGateway(ctx); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

// startCarrier starts a carrier of our own.
func (w *world) startCarrier(ctx context.Context, listener net.Listener) {
	carrier, stop := context.WithCancel(context.WithoutCancel(ctx))
	w.stopCarrier, w.carrierDone = stop, make(chan error, 1)
	w.smsc = smsc.New(smsc.Config{Accounts: map[string]string{"local": "local"}, Window: 100, ResendAfter: 200 * time.Millisecond, Clock: w.clock.Now})
	w.Carrier = scenario.NewCarrier(w.smsc, w.cfg.ShortCode)
	w.More = func(ctx context.Context, args []string) error {
		_, err := w.control(ctx, args)
		return err
	}
	go func() { w.carrierDone <- w.smsc.Serve(carrier, listener) }()
}

// startRegister has identities asked about at a register on this machine.
func (w *world) startRegister() error {
	key := make([]byte, register.MinKey)
	if _, err := rand.Read(key); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	w.asked = &sim.Register{Key: key, Now: w.clock.Now}
	url, stop, err := w.asked.Start()
	if err != nil {
		return fmt.Errorf("register: %w", err)
	}
	v, err := register.New(register.Options{URL: url, Key: key, Vault: w.out.vault, Now: w.clock.Now, Timeout: 2 * time.Second})
	if err != nil {
		stop()
		return err
	}
	closeRest := w.out.close
	w.out.verifier, w.out.close = v, func() error {
		v.Close()
		stop()
		return closeRest()
	}
	return nil
}

// localConfig is the configuration of a world.
func localConfig(o worldOptions, carrier string) (*config.Config, error) {
	if o.seats == 0 {
		o.seats = 1000
	}
	text := fmt.Sprintf("short_code: \"12345\"\nstore: {url: %q}\nvault: {key_file: %q}\nsmpp:\n  links:\n"+
		"    - {name: local, addr: %q, system_id: local, password: local}\nticketing:\n  terminals:\n"+
		"    - {name: local, adapter: local, catalogue: demo, seats: %d, named: %t}\n%s",
		"sqlite:"+filepath.Join(o.dir, "shortfare.db"), filepath.Join(o.dir, "vault.key"), carrier, o.seats, o.named, o.extra)
	return config.Parse("local", []byte(text), o.env)
}

// startGateway starts a life of the gateway on what the last one left.
func (w *world) startGateway(ctx context.Context) error {
	g, err := openGateway(ctx, w.cfg, w.out, w.log, gatewayOptions{wrapCommit: w.commit, linkMin: 20 * time.Millisecond})
	if err != nil {
		return err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	r := &runningGateway{g: g, stop: stop, done: make(chan error, 1)}
	go func() { r.done <- g.run(life) }()
	w.mu.Lock()
	w.running = r
	w.mu.Unlock()
	bound, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if w.smsc != nil {
		return w.smsc.WaitBound(bound, 1)
	}
	for {
		err := g.links.Links()[0].Ready()
		if err == nil {
			return nil
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-bound.Done():
			return err
		}
	}
}

// commit runs each COMMIT of the gateway's store and crashes it there when it
// was told to: before the commit, or after it and before anybody knows.
func (w *world) commit(commit func() error) error {
	w.mu.Lock()
	crash := w.crashAt == 1
	after := w.after
	if w.crashAt > 0 {
		w.crashAt--
	}
	w.mu.Unlock()
	if !crash {
		return commit()
	}
	if after {
		if err := commit(); err != nil {
			return err
		}
	}
	w.mu.Lock()
	r := w.running
	w.mu.Unlock()
	r.g.kill()
	w.crashed <- struct{}{}
	return sqlite3.Error{Code: sqlite3.ErrIoErr}
}

// errCrashed ends a life of the gateway at once.
var errCrashed = errors.New("crashed on demand")

// crash ends the gateway without a word and starts it again.
func (w *world) crash(ctx context.Context) error {
	w.mu.Lock()
	r := w.running
	w.mu.Unlock()
	r.g.kill()
	select {
	case r.g.fatal <- errCrashed: // not stop: that would let it end what it has begun
	default: // it is ending already
	}
	<-r.done // a killed gateway has nothing to say
	r.stop()
	return w.startGateway(ctx)
}

// watch restarts the gateway whenever it crashed by itself, until ctx ends.
func (w *world) watch(ctx context.Context) {
	for {
		select {
		case <-w.crashed:
			if err := w.crash(ctx); err != nil && ctx.Err() == nil {
				w.log.Error("gateway did not start again", zap.Error(err))
			}
		case <-ctx.Done():
			return
		}
	}
}

// settle lets calls under way end before the clock moves, which would cut them short;
// one that gets no answer is not waited for.
func (w *world) settle(ctx context.Context) {
	w.mu.Lock()
	g := w.running.g
	w.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	for !g.engine.Idle() {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return
		}
	}
}

// close ends everything in order.
func (w *world) close() error {
	w.mu.Lock()
	r := w.running
	w.mu.Unlock()
	var err error
	if r != nil {
		r.stop()
		err = <-r.done
	}
	w.stopCarrier()
	if w.carrierDone != nil {
		err = errors.Join(err, <-w.carrierDone)
	}
	return errors.Join(err, w.out.close())
}

// handler serves health and metrics of whatever life the gateway is in.
func (w *world) handler() http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.mu.Lock()
		g := w.running.g
		w.mu.Unlock()
		g.web.ServeHTTP(rw, r)
	})
}

// controls are the commands of a world, for people.
const controls = `bank approve|decline|silent|silent-booked|late|stray|down
terminal CALL FAULT [xN]  faults of the ticket terminal, e.g. fulfil lose-answer x2; show lists, clear ends them
terminal cancel|restore SERVICE DATE   a run does not run, or does after all: cancel G123 5dec
terminal move SERVICE DATE +40m        a run goes later than the timetable says, or earlier: -10m
terminal board ORDER      a ticket is used: its order's code, or the terminal's key
register MODE             what the register of persons says: yes, no, silent, ...
carrier FAULT             faults of the carrier, e.g. drop or drop-ack; carrier alone lists them
crash                     kill the gateway and start it again
crash-at N [after]        crash at the N-th commit from now on
clock +30m                move the clock`

func (w *world) control(ctx context.Context, args []string) (string, error) {
	switch {
	case len(args) == 1 && args[0] == "crash":
		return "the gateway was killed and is back", w.crash(ctx)
	case len(args) >= 2 && args[0] == "crash-at":
		n, err := strconv.Atoi(args[1])
		if err != nil || n < 1 {
			return "", fmt.Errorf("crash-at takes the number of a commit, from 1")
		}
		w.mu.Lock()
		w.crashAt, w.after = n, len(args) > 2 && args[2] == "after"
		w.mu.Unlock()
		return "it will crash there", nil
	case len(args) == 2 && args[0] == "clock":
		d, err := time.ParseDuration(strings.TrimPrefix(args[1], "+"))
		if err != nil || d <= 0 {
			return "", fmt.Errorf("clock takes a time such as +30m")
		}
		w.settle(ctx)
		w.clock.Advance(d)
		return "it is now " + w.clock.Now().In(w.cfg.Loc).Format("2 Jan 15:04"), nil
	case len(args) == 2 && args[0] == "bank":
		if err := w.bank.SetMode(args[1]); err != nil {
			return "", err
		}
		return "the bank now: " + args[1], nil
	case len(args) >= 2 && args[0] == "terminal" && operates(args[1]):
		return w.operate(ctx, args[1:])
	case len(args) == 2 && args[0] == "register" && w.asked != nil:
		if err := w.asked.SetMode(args[1]); err != nil {
			return "", err
		}
		return "the register now: " + args[1], nil
	case len(args) >= 1 && args[0] == "terminal":
		return w.fault(ctx, args[1:])
	case len(args) > 0 && args[0] == "carrier" && w.smsc == nil:
		return "", fmt.Errorf("the carrier is not ours: %w", scenario.ErrUnsupported)
	case len(args) == 1 && args[0] == "carrier":
		var b strings.Builder
		for _, c := range smsc.Controls() {
			fmt.Fprintf(&b, "%-28s %s\n", c.Verb+" "+c.Args, c.Help)
		}
		return strings.TrimSpace(b.String()), nil
	case len(args) > 1 && args[0] == "carrier":
		return w.smsc.Control(args[1:])
	}
	for line := range strings.Lines(controls) {
		if name, _, _ := strings.Cut(line, " "); len(args) > 0 && strings.TrimSpace(name) == args[0] {
			return "", fmt.Errorf("write it so: %s", strings.TrimSpace(line))
		}
	}
	return "", fmt.Errorf("%q: %w; known here:\n%s", strings.Join(args, " "), scenario.ErrUnsupported, controls)
}

var _ scenario.World = (*world)(nil)
var _ booking.Clock = (*warpClock)(nil)

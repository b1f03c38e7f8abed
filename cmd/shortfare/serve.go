package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"shortfare/cmd/shortfare/config"
)

// serveAll runs the gateway and its HTTP listener until ctx ends or one fails.
func serveAll(ctx context.Context, cfg *config.Config, g *gateway) error {
	l, err := net.Listen("tcp", cfg.HTTP.Listen)
	if err != nil {
		return errors.Join(fmt.Errorf("http.listen: %w; free the port or set another address", err), g.store.Close())
	}
	g.log.Info("health and metrics are served", zap.Stringer("http", l.Addr()))
	var con *console
	if cfg.Console.Listen != "" {
		if con, err = openConsole(cfg.Console, cfg, g.out, func() *gateway { return g }, g.log); err != nil {
			return errors.Join(err, l.Close(), g.store.Close())
		}
		g.log.Info("the console is served", zap.Stringer("console", con.listen.Addr()), zap.Bool("tls", cfg.Console.Secured != nil))
	}
	return serveOn(ctx, l, con, g)
}

// serveOn is serveAll on a listener, with a console or without (nil).
func serveOn(ctx context.Context, l net.Listener, con *console, g *gateway) error {
	web, stopWeb := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWeb()
	all, run := errgroup.WithContext(ctx)
	all.Go(func() error { return serveHTTP(web, l, g.web, g.log) })
	last := run
	if con != nil {
		last = after(run, all, con.serve)
	}
	all.Go(func() error {
		defer stopWeb() // health stays visible while the gateway drains
		return g.run(last)
	})
	return all.Wait()
}

// after runs f until ctx ends, and gives a context that ends when f has: the
// console gives the store's file free before the gateway does, which then leaves one file.
func after(ctx context.Context, all *errgroup.Group, f func(context.Context) error) context.Context {
	last, stop := context.WithCancel(context.WithoutCancel(ctx))
	all.Go(func() error {
		defer stop()
		return f(ctx)
	})
	return last
}

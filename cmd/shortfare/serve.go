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
	return serveOn(ctx, l, g)
}

// serveOn is serveAll on a listener.
func serveOn(ctx context.Context, l net.Listener, g *gateway) error {
	web, stopWeb := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWeb()
	all, run := errgroup.WithContext(ctx)
	all.Go(func() error { return serveHTTP(web, l, g.web, g.log) })
	all.Go(func() error {
		defer stopWeb() // health stays visible while the gateway drains
		return g.run(run)
	})
	return all.Wait()
}

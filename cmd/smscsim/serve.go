package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"shortfare/smpp/smsc/api"
)

type serveOptions struct {
	options
	http  string
	token string
}

func serveFlags(out io.Writer) (*serveOptions, *flag.FlagSet) {
	o := &serveOptions{}
	f := o.flags("serve", out)
	f.StringVar(&o.http, "http", "127.0.0.1:8775", "`address` of the HTTP API")
	f.StringVar(&o.token, "token", "", "clients of the API must give this as Authorization: Bearer; needed beyond the loopback")
	return o, f
}

// serve is a carrier that is used over HTTP, until it is interrupted.
func (p *program) serve(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, f := serveFlags(stderr)
	rest, err := parse(f, args)
	if err != nil {
		return misused(err, "serve", stdout, stderr)
	}
	if len(rest) > 0 {
		fmt.Fprintf(stderr, "smscsim serve takes no %q\n", rest[0])
		return exitUsage
	}
	ln, err := net.Listen("tcp", o.http)
	if err != nil {
		fmt.Fprintf(stderr, "smscsim: API: %s\n", listenError(o.http, err))
		return exitUsage
	}
	defer func() { _ = ln.Close() }() // the server closes it first
	local := ln.Addr().(*net.TCPAddr).IP.IsLoopback()
	if !local && o.token == "" {
		fmt.Fprintf(stderr, "smscsim: anybody could text from %s: give --token, or --http 127.0.0.1:PORT\n", o.http)
		return exitUsage
	}
	c, code := p.start(ctx, &o.options, func(line string) { fmt.Fprintf(stderr, "smscsim: %s\n", line) }, stderr)
	if c == nil {
		return code
	}
	server := &http.Server{Handler: api.Handler(c.SMSC, api.Options{Token: o.token, AnyHost: !local, ShortCode: o.to}),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }} // so that those who wait for texts end too
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	fmt.Fprintf(stdout, "API at http://%s/v1/\n", ln.Addr())
	if p.API != nil {
		p.API(ln.Addr())
	}
	code = exitOK
	if err := server.Serve(ln); err != nil && !errors.Is(err, http.ErrServerClosed) {
		fmt.Fprintf(stderr, "smscsim: API: %v\n", err)
		code = exitUsage
	}
	return c.end(code, stderr)
}

package phone

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// clerk answers texts at once, or not at all.
type clerk struct {
	answers map[string][]string
	sent    []string
	inbox   []string
}

func (c *clerk) send(from, text string) error {
	if text == "fail" {
		return errors.New("no signal")
	}
	c.sent = append(c.sent, from+": "+text)
	c.inbox = append(c.inbox, c.answers[text]...)
	return nil
}

func (c *clerk) wait(ctx context.Context, _ string) (string, bool) {
	if len(c.inbox) == 0 {
		<-ctx.Done()
		return "", false
	}
	text := c.inbox[0]
	c.inbox = c.inbox[1:]
	return text, true
}

func TestPipe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{answers: map[string][]string{"BOOK": {"working on it", "Reply Y\n730214\x1b[2J"}, "Y": {"PAID"}, "other": {"hello"}}}
		var out bytes.Buffer
		p := &Prompt{In: strings.NewReader("\ufeff# a comment\nBOOK\n\n/phone 1002\nother\n/tea x\n/explode\n/nothing\n  Y  \n/quit\nnever\n"), Out: &out,
			Phone: "1001", ShortCode: "12345", Send: c.send, Wait: c.wait, Commands: map[string]Command{
				"tea":     {Run: func(_ context.Context, args []string) (string, error) { return "tea " + args[0], nil }},
				"explode": {Run: func(context.Context, []string) (string, error) { return "", errors.New("it did") }},
			}}
		require.NoError(t, p.Run(t.Context()))
		require.Equal(t, []string{"1001: BOOK", "1002: other", "1002: Y"}, c.sent)
		require.Equal(t, `> BOOK
< working on it
< Reply Y
  730214`+"\uFFFD"+`[2J
/phone 1002
* you are 1002 now
> other
< hello
/tea x
* tea x
/explode
! it did
/nothing
! there is no /nothing; /help lists what there is
> Y
< PAID
/quit
`, out.String())
	})
}

func TestPipeSaysWhichLineHadNoAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{answers: map[string][]string{"a": {"b"}}}
		var out bytes.Buffer
		p := &Prompt{In: strings.NewReader("a\nlost\na\nfail\n"), Out: &out, Phone: "1001", Send: c.send, Wait: c.wait, Timeout: 5 * time.Second}
		start := time.Now()
		err := p.Run(t.Context())
		require.ErrorIs(t, err, ErrNoAnswer)
		require.EqualError(t, err, "no answer to line 2, 4")
		require.Equal(t, "> a\n< b\n> lost\n! no answer to 1001 within 5s\n> a\n< b\n> fail\n! not sent: no signal\n", out.String())
		require.Equal(t, 5*time.Second+2*DefaultSettle, time.Since(start))
	})
}

func TestPipeEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var out bytes.Buffer
		p := &Prompt{In: strings.NewReader("a\nb\n"), Out: &out, Phone: "1001", Send: c.send, Wait: c.wait}
		require.NoError(t, p.Run(ctx), "an interrupt is no failure of the other end")
		require.Equal(t, "> a\n", out.String())

		open, writer := io.Pipe() // as of a shell that has not ended
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.NoError(t, (&Prompt{In: open, Out: &out}).Run(ctx), "nobody writes, and nobody closes it")
		require.NoError(t, writer.Close())

		require.NoError(t, (&Prompt{In: strings.NewReader("a\n"), Out: &out, Send: c.send}).Run(t.Context()), "without Wait nothing is waited for")
		require.ErrorIs(t, (&Prompt{In: failing{}, Out: &out}).Run(t.Context()), io.ErrNoProgress)
	})
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrNoProgress }

// page is an Out that may be read while it is written.
type page struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (p *page) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.buf.Write(b)
}

// take returns what was written since.
func (p *page) take() string {
	synctest.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.buf.String()
	p.buf.Reset()
	return s
}

func TestInteractive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &clerk{}
		in, keys := io.Pipe()
		out := &page{}
		p := &Prompt{In: in, Out: out, Interactive: true, Phone: "1001", ShortCode: "12345", Send: c.send,
			Commands: map[string]Command{"tea": {Args: "N", Help: "makes tea", Run: func(context.Context, []string) (string, error) { return "", nil }}}}
		p.Show("1001", "12345", "too early")
		ended := make(chan error, 1)
		go func() { ended <- p.Run(t.Context()) }()
		press := func(s string) {
			_, err := keys.Write([]byte(s))
			require.NoError(t, err)
		}
		first := out.take()
		require.NotContains(t, first, "too early")
		require.Contains(t, first, "You text 12345 as 1001. /help for more.\r\n")
		require.True(t, strings.HasSuffix(first, "1001> "))

		press("BOO")
		out.take()
		p.Show("+1001", "12345", "SEATS\nfound")
		shown := out.take()
		require.Contains(t, shown, "< SEATS\r\n  found\r\n")
		require.True(t, strings.HasSuffix(shown, "1001> BOO"), "what is typed is there again: %q", shown)
		press("K\r")
		synctest.Wait()
		require.Equal(t, []string{"1001: BOOK"}, c.sent)

		press("/phone 1002\r")
		require.True(t, strings.HasSuffix(out.take(), "1002> "))
		p.Show("1001", "12345", "hello")
		require.Contains(t, out.take(), "[1001] < hello")
		press("/phone\r")
		require.Contains(t, out.take(), "! /phone takes a number")
		press("/help\r")
		help := out.take()
		require.Contains(t, help, "/tea N")
		require.Contains(t, help, "makes tea")
		require.Contains(t, help, "/quit")
		press("fail\r")
		require.Contains(t, out.take(), "! not sent: no signal")
		p.Notice("ESME is gone")
		require.Contains(t, out.take(), "* ESME is gone")
		press("\r/quit\r")
		require.NoError(t, <-ended)
		require.Equal(t, []string{"1001: BOOK"}, c.sent)
		p.Show("1002", "12345", "too late")
		require.NotContains(t, out.take(), "too late")
		_ = keys.Close()
	})
}

func TestInteractiveEnds(t *testing.T) {
	for name, end := range map[string]func(keys *io.PipeWriter, cancel func()){
		"ctrl-d":  func(keys *io.PipeWriter, _ func()) { _, _ = keys.Write([]byte{4}) },
		"ctrl-c":  func(keys *io.PipeWriter, _ func()) { _, _ = keys.Write([]byte{3}) },
		"eof":     func(keys *io.PipeWriter, _ func()) { _ = keys.Close() },
		"context": func(_ *io.PipeWriter, cancel func()) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				in, keys := io.Pipe()
				ended := make(chan error, 1)
				p := &Prompt{In: in, Out: &page{}, Interactive: true, Phone: "1001"}
				go func() { ended <- p.Run(ctx) }()
				synctest.Wait()
				end(keys, cancel)
				require.NoError(t, <-ended)
				_ = keys.Close()
			})
		})
	}
}

func TestAttach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := smsc.New(smsc.Config{})
		near, far := net.Pipe()
		var served sync.WaitGroup
		served.Go(func() { s.ServeConn(t.Context(), far) })
		defer served.Wait()
		e, err := smpp.Bind(t.Context(), near, smpp.BindRequest{SystemID: "gw"}, smpp.Config{EnquireLink: -1, Handle: func(r *smpp.Request) {
			_ = r.Respond(pdu.ESME_ROK, nil) // a session that is cut needs no answer
			_ = r.Session().TrySend(&pdu.PDU{Header: pdu.Header{ID: pdu.SubmitSM}, Source: r.PDU.Dest, Dest: r.PDU.Source, ShortMessage: []byte("PAID")},
				func(*pdu.PDU, error) {}) // as above
		}})
		require.NoError(t, err)
		defer func() { _ = e.Close() }()
		var out bytes.Buffer
		own := Command{Run: func(context.Context, []string) (string, error) { return "my own", nil }}
		p := &Prompt{In: strings.NewReader("BOOK\n/late 3s\n/late x\n/heal\n/drop\n"), Out: &out, Phone: "1001", ShortCode: "12345", Commands: map[string]Command{"heal": own}}
		p.Attach(s)
		require.NoError(t, p.Run(t.Context()))
		require.Equal(t, "> BOOK\n< PAID\n/late 3s\n* texts to phones are answered 3s late: on\n/late x\n"+
			"! no such carrier control: a time is written as 500ms or 2s, not \"x\"\n/heal\n* my own\n/drop\n* 1 connections cut\n", out.String())
		require.Equal(t, "BOOK", s.Ledger().MOs[0].Text)
		for _, c := range smsc.Controls() {
			require.Contains(t, p.Commands, c.Verb)
		}
	})
}

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"shortfare/smpp"
	"shortfare/smpp/pdu"
	"shortfare/smpp/smsc"
)

// echoAt makes the test binary an ESME of its own: see child.
const echoAt = "SMSCSIM_ECHO_AT"

func TestMain(m *testing.M) {
	if addr := os.Getenv(echoAt); addr != "" {
		os.Exit((&program{}).Run(context.Background(), []string{"echo", "--addr", addr, "--window", os.Getenv(echoAt + "_WINDOW")}, os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// child starts an ESME in a second process, which ends with its session. What
// it returns waits for that and gives the CPU time that the child took.
func child(b *testing.B, addr net.Addr, window int) (wait func() time.Duration) {
	b.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), echoAt+"="+addr.String(), fmt.Sprintf("%s_WINDOW=%d", echoAt, window))
	c.Stderr = os.Stderr
	require.NoError(b, c.Start())
	return func() time.Duration {
		_ = c.Wait() // it ended as the benchmark wanted
		return c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	}
}

// cpuTime is the CPU time of this process.
func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it cannot fail with these arguments
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

const text40 = "tickets tickets tickets tickets tickets "

// BenchmarkProtocolCeiling is what the protocol alone allows, with no store: our
// Session as SMSC here, as ESME in a second process. One message is deliver_sm
// in, deliver_sm_resp and submit_sm out, submit_sm_resp in; up to 100 at a time.
func BenchmarkProtocolCeiling(b *testing.B) {
	const window = 100
	defer debug.SetGCPercent(debug.SetGCPercent(calmGC))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	wait := child(b, ln.Addr(), 2*window)
	c, err := ln.Accept()
	require.NoError(b, err)
	_ = ln.Close()
	done := make(chan error, 1)
	var s *smpp.Session
	out := pdu.PDU{Header: pdu.Header{ID: pdu.DeliverSM}, Source: pdu.Address{TON: 1, NPI: 1, Addr: "8613800138000"}, Dest: pdu.Address{Addr: "10684"}, ShortMessage: []byte(text40)}
	answer := &pdu.PDU{MessageID: "94258431594"}
	var owed, left, wrong int // of the session's reader, once it runs
	var fill func()
	acked := func(resp *pdu.PDU, err error) {
		if err != nil || resp.Status != pdu.ESME_ROK {
			wrong++
			return
		}
		fill()
	}
	fill = func() {
		for owed > 0 && s.TrySend(&out, acked) == nil {
			owed--
		}
	}
	s = smpp.Accept(c, smpp.Config{Window: window, MaxInbound: 10_000, Handle: func(r *smpp.Request) {
		_ = r.Respond(pdu.ESME_ROK, answer) // the benchmark finds out below
		if left--; left == 0 {
			done <- nil
		}
		if left >= window {
			owed++
			fill()
		}
	}}, func(*pdu.PDU) pdu.Status { return pdu.ESME_ROK })
	<-s.Bound()
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	left = b.N
	first := min(window, b.N)
	for range first {
		if err := s.TrySend(&out, acked); err != nil {
			b.Fatal(err)
		}
	}
	select {
	case <-done:
	case <-s.Done():
		b.Fatal(s.Err())
	}
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	st := s.Stats()
	b.ReportMetric(float64(st.PDUsOut)/float64(max(st.Writes, 1)), "PDUs/write")
	cpu = cpuTime() - cpu
	_ = s.Close()
	<-s.Done()
	b.ReportMetric(float64((cpu+wait()).Nanoseconds())/float64(b.N), "cpu-ns/msg") // of both processes: what a busy machine does not change
	require.Zero(b, wrong)
}

// BenchmarkSMSCTwoProcesses is the same with the whole simulator on this side:
// queues per phone, handsets and a ledger.
func BenchmarkSMSCTwoProcesses(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	s := smsc.New(smsc.Config{Window: 100, Keep: 1000})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	wait := child(b, ln.Addr(), 1000)
	require.NoError(b, s.WaitBound(ctx, 1))
	slots := make(chan struct{}, 1000)
	done := make(chan struct{})
	n := 0
	s.OnText(func(t smsc.Text) {
		<-slots
		if n++; n == b.N || !strings.HasPrefix(t.Text, "tickets") {
			close(done)
		}
	})
	b.ReportAllocs()
	b.ResetTimer()
	cpu := cpuTime()
	for i := range b.N {
		slots <- struct{}{}
		if _, err := s.Inject(strconv.Itoa(13800000000+i%10000), "12345", text40, smsc.MOOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	<-done
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
	cpu = cpuTime() - cpu
	cancel()
	require.NoError(b, <-served)
	b.ReportMetric(float64((cpu+wait()).Nanoseconds())/float64(b.N), "cpu-ns/msg")
}

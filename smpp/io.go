package smpp

import (
	"time"

	"shortfare/smpp/pdu"
)

// signal wakes the writer. mu is held.
func (s *Session) signal() {
	if !s.out.empty() || s.flushing {
		s.wake.Signal()
	}
}

// write is the writer: it takes whatever waits and writes it in one call, until the session ends.
func (s *Session) write() {
	for {
		s.mu.Lock()
		for s.out.empty() && s.err == nil {
			if s.flushing && s.end.IsZero() {
				now := time.Now()
				s.end = now.Add(linger)
				s.arm(s.end, now)
			}
			s.wake.Wait()
		}
		if s.err != nil {
			s.mu.Unlock()
			return
		}
		b := s.out.take()
		s.mu.Unlock()
		_ = s.conn.SetWriteDeadline(time.Now().Add(s.cfg.WriteTimeout)) // a dead connection fails in Write
		n, err := s.conn.Write(b.buf)
		s.mu.Lock()
		s.out.wrote(b, n)
		s.stats.OctetsOut += uint64(n)
		s.stats.Writes++
		s.space.Signal()
		s.mu.Unlock()
		if err != nil {
			s.fail(closeReason("write", err, ErrSlowPeer))
			return
		}
	}
}

// source is the connection as the frame reader sees it: a PDU that has begun has a deadline, and what comes is noted.
type source struct {
	s     *Session
	r     *pdu.Reader
	pdu   uint64 // which PDU the deadline is for
	armed bool
}

// Read reads once from the connection.
func (c *source) Read(b []byte) (int, error) {
	begun, n := c.r.Begun(), c.r.Count()
	if begun && (!c.armed || c.pdu != n) {
		_ = c.s.conn.SetReadDeadline(time.Now().Add(c.s.cfg.ReadTimeout)) // a dead connection fails in Read
		c.armed, c.pdu = true, n
	} else if !begun && c.armed {
		_ = c.s.conn.SetReadDeadline(time.Time{})
		c.armed = false
	}
	c.s.mu.Lock()
	c.s.batch = time.Time{}
	c.s.mu.Unlock()
	got, err := c.s.conn.Read(b)
	if got > 0 {
		c.s.heard(got)
	}
	return got, err
}

// heard notes that octets came.
func (s *Session) heard(n int) {
	now := time.Now()
	s.mu.Lock()
	s.timers.event(evHeard, now)
	s.batch = now
	s.stats.OctetsIn += uint64(n)
	s.stats.Reads++
	s.mu.Unlock()
}

// read is the reader: it hands on PDU after PDU until the stream ends, and returns why it ended.
func (s *Session) read() error {
	src := &source{s: s}
	src.r = pdu.NewReader(src)
	for {
		frame, err := src.r.Next()
		if err != nil {
			return closeReason("read", err, ErrStalled)
		}
		s.receive(frame)
	}
}

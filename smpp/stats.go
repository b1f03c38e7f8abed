package smpp

// Stats is a snapshot of a session's counters and gauges.
type Stats struct {
	PDUsIn, PDUsOut   uint64 // all PDUs; PDUsOut counts those queued
	OctetsIn          uint64
	OctetsOut         uint64 // octets the connection took
	Reads, Writes     uint64 // calls to the connection
	Requests          uint64 // requests handed to Handle
	Sent              uint64 // requests of ours that took a slot of the window
	Answered          uint64 // ... and were answered, with any status
	Nacked            uint64 // ... of those, by generic_nack
	TimedOut          uint64 // ... and were not answered in time: outcome unknown
	LostUnknown       uint64 // ... and were handed back with outcome unknown when the session ended
	LostNotSent       uint64 // ... and were handed back as not sent when the session ended
	Late              uint64 // responses that no request waited for: late or repeated
	WrongType         uint64 // responses of another command than the request with that number
	Malformed         uint64 // PDUs with a body error
	Tolerated         uint64 // PDUs with trailing NULs, taken as if they were right
	UnknownCommand    uint64 // PDUs with an unknown command_id
	BadState          uint64 // requests refused because of the bind state
	Throttled         uint64 // requests refused because MaxInbound were unanswered or the session was draining
	WindowSize        int
	WindowUsed        int
	WindowWaiting     int // Sends that wait for a slot
	InboundUnanswered int // requests handed to Handle and not answered
}

// Stats returns a snapshot. It may be called at any time, also after the end.
func (s *Session) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.stats
	st.PDUsOut = s.out.controlPDUs + s.out.requestPDUs
	st.WindowSize, st.WindowUsed, st.WindowWaiting = s.win.size, s.win.used, len(s.win.waiters)
	st.InboundUnanswered = s.inbound
	return st
}

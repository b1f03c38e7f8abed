package smsc

// maxResend bounds the texts that can be sent again.
const maxResend = 256

// remember keeps what was sent of a text that was acknowledged, as long as it
// is one of the last. mu is held.
func (s *SMSC) remember(m *mo) {
	if m.Receipt != "" || m.Again != 0 {
		m.pdus = nil
		return
	}
	if len(s.recent) == 2*maxResend {
		for _, old := range s.recent[:maxResend] {
			old.pdus = nil
		}
		s.recent = append(s.recent[:0], s.recent[maxResend:]...)
	}
	s.recent = append(s.recent, m)
}

// repeat queues the texts once more that Resend asked for. mu is held.
func (s *SMSC) repeat() {
	n := min(s.faults.resend, maxResend, len(s.recent))
	s.faults.resend = 0
	for _, m := range s.recent[len(s.recent)-n:] {
		again := &mo{MO: MO{From: m.From, To: m.To, Text: m.Text, Again: m.ID}, pdus: m.pdus, numbers: m.numbers}
		if err := s.enqueue(again, queueKey{route: s.routeTo(m.To, m.systemID), number: number(m.From)}); err != nil {
			s.log.Warn("text not sent again: the queue is full")
			return
		}
		s.repeats.add(again, s.cfg.Keep, (*mo).over, func(*mo) {})
		again.ID = s.repeats.gone + int64(len(s.repeats.items))
	}
}

package dialogue

import (
	"slices"
	"strings"

	"shortfare/booking"
)

// Occupation is one that customers may name, for classes of customers.
type Occupation struct {
	Key   string   // stored
	En    string   // as answers name it
	Zh    string   //
	Words []string // that mean it besides, in small letters
}

// occupations are the built-in ones: the eight major groups of China's
// occupational classification (GB/T 6565-2015) in words that people use.
var occupations = [...]Occupation{
	{"student", "student", "学生", []string{"pupil", "大学生", "中学生", "研究生"}},
	{"teacher", "teacher", "教师", []string{"professor", "lecturer", "老师", "教授"}},
	{"medical", "doctor or nurse", "医护", []string{"doctor", "nurse", "医生", "护士"}},
	{"engineer", "engineer", "工程师", []string{"programmer", "developer", "software engineer", "程序员", "技术员", "软件工程师"}},
	{"office", "office worker", "职员", []string{"clerk", "employee", "manager", "accountant", "白领", "会计", "经理"}},
	{"service", "service worker", "服务业", []string{"waiter", "driver", "shop assistant", "sales", "司机", "服务员", "店员", "销售"}},
	{"worker", "worker", "工人", []string{"builder", "factory worker", "农民工", "建筑工"}},
	{"farmer", "farmer", "农民", []string{"fisherman", "渔民", "务农"}},
	{"official", "public servant", "公务员", []string{"civil servant", "官员"}},
	{"soldier", "soldier", "军人", []string{"army", "military", "士兵"}},
	{"trader", "trader", "个体", []string{"business", "self-employed", "merchant", "owner", "个体户", "老板", "商人"}},
	{"home", "at home", "家务", []string{"housewife", "家庭主妇"}},
	{"retired", "retired", "退休", []string{"pensioner", "退休人员"}},
}

// Occupations lists the built-in ones; the list is the caller's.
func Occupations() []Occupation { return slices.Clone(occupations[:]) }

// setJob changes the occupation: to one of the list, else as typed.
func (t *turn) setJob() {
	typed := cleanName(t.cmd.Value)
	switch n := len([]rune(typed)); {
	case n == 0:
		t.say("set.job.how")
		return
	case n > maxJob:
		t.say("set.job.long", "max", itoa(maxJob))
		return
	}
	t.c.Occupation = booking.Occupation{Key: booking.OtherOccupation, Text: shown(typed)}
	if o := t.occupationNamed(typed); o != nil {
		t.c.Occupation = booking.Occupation{Key: o.Key}
	}
	t.say("set.job.done", "job", t.occupation())
}

// occupationNamed finds an occupation of the list by any of its words.
func (t *turn) occupationNamed(word string) *Occupation {
	word = strings.ToLower(word)
	for i := range t.d.s.Occupations {
		o := &t.d.s.Occupations[i]
		if word == o.Key || word == strings.ToLower(o.En) || word == o.Zh || slices.Contains(o.Words, word) {
			return o
		}
	}
	return nil
}

// occupation names what the customer does in the language of the answer.
func (t *turn) occupation() string {
	for _, o := range t.d.s.Occupations {
		if o.Key != t.c.Occupation.Key {
			continue
		}
		if t.m == t.d.zh {
			return o.Zh
		}
		return o.En
	}
	if t.c.Occupation.Text != "" {
		return t.c.Occupation.Text
	}
	return t.c.Occupation.Key // of a list that has changed since
}

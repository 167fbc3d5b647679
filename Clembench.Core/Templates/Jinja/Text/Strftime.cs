using System.Globalization;
using System.Text;

namespace Clembench.Templates.Jinja;

/// <summary>Python's <c>datetime.strftime</c> in the C locale (as glibc has it).</summary>
internal static class Strftime
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    public static string Format(string format, DateTimeOffset time)
    {
        var text = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                text.Append(format[i]);
                continue;
            }

            var start = i++;
            // glibc's flags: no padding, spaces, zeros, upper case.
            var flag = format[i] is '-' or '_' or '0' or '^' or '#' && i + 1 < format.Length ? format[i++] : '\0';
            var field = Field(format[i], time, flag);
            text.Append(field ?? format[start..(i + 1)]);
        }

        return text.ToString();
    }

    private static string? Field(char directive, DateTimeOffset time, char flag)
    {
        var hour12 = time.Hour % 12 == 0 ? 12 : time.Hour % 12;
        var text = directive switch
        {
            'a' => Days[(int)time.DayOfWeek][..3],
            'A' => Days[(int)time.DayOfWeek],
            'b' or 'h' => Months[time.Month - 1][..3],
            'B' => Months[time.Month - 1],
            'c' => $"{Days[(int)time.DayOfWeek][..3]} {Months[time.Month - 1][..3]} {Number(time.Day, 2, '\0', ' ')} {Time(time)} {time.Year}",
            'C' => Number(time.Year / 100, 2, flag),
            'd' => Number(time.Day, 2, flag),
            'D' or 'x' => $"{time.Month:00}/{time.Day:00}/{time.Year % 100:00}",
            'e' => Number(time.Day, 2, flag, ' '),
            'f' => (time.Ticks % TimeSpan.TicksPerSecond / 10).ToString("000000", CultureInfo.InvariantCulture),
            'F' => $"{time.Year}-{time.Month:00}-{time.Day:00}",
            'g' => Number(ISOWeek.GetYear(time.DateTime) % 100, 2, flag),
            'G' => Number(ISOWeek.GetYear(time.DateTime), 1, flag),
            'H' => Number(time.Hour, 2, flag),
            'I' => Number(hour12, 2, flag),
            'j' => Number(time.DayOfYear, 3, flag),
            'k' => Number(time.Hour, 2, flag, ' '),
            'l' => Number(hour12, 2, flag, ' '),
            'm' => Number(time.Month, 2, flag),
            'M' => Number(time.Minute, 2, flag),
            'n' => "\n",
            'p' => time.Hour < 12 ? "AM" : "PM",
            'P' => time.Hour < 12 ? "am" : "pm",
            'r' => $"{hour12:00}:{time.Minute:00}:{time.Second:00} {(time.Hour < 12 ? "AM" : "PM")}",
            'R' => $"{time.Hour:00}:{time.Minute:00}",
            's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'S' => Number(time.Second, 2, flag),
            't' => "\t",
            'T' or 'X' => Time(time),
            'u' => Number(time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)time.DayOfWeek, 1, flag),
            'U' => Number((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7, 2, flag),
            'V' => Number(ISOWeek.GetWeekOfYear(time.DateTime), 2, flag),
            'w' => Number((int)time.DayOfWeek, 1, flag),
            'W' => Number((time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7, 2, flag),
            'y' => Number(time.Year % 100, 2, flag),
            'Y' => Number(time.Year, 1, flag),
            // datetime.now() has no zone: Python prints nothing.
            'z' or 'Z' => "",
            '%' => "%",
            _ => null,
        };
        return flag == '^' ? text?.ToUpperInvariant() : text;
    }

    private static string Time(DateTimeOffset time) => $"{time.Hour:00}:{time.Minute:00}:{time.Second:00}";

    private static string Number(int value, int width, char flag, char pad = '0')
    {
        var digits = value.ToString(CultureInfo.InvariantCulture);
        return flag switch { '-' => digits, '_' => digits.PadLeft(width, ' '), '0' => digits.PadLeft(width, '0'), _ => digits.PadLeft(width, pad) };
    }
}

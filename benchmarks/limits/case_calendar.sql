-- The days that are no ordinary ones, by which what is left of a deadline is counted.
SELECT kind, region_id, day FROM codes_calendarday WHERE day BETWEEN current_date - 30 AND current_date + 30 ORDER BY day

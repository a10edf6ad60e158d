-- What the lines follow from; gone with the transaction.
CREATE TEMP TABLE demo_unit (
    unit_id bigint, serial bigint, seed bigint, body text, region_code text, level int, sorts text[], nature text,
    staff_low int, staff_high int, stage text
) ON COMMIT DROP;
CREATE TEMP TABLE demo_template (
    id int, body text, project int, part int, first boolean, own boolean, sort text, function text, economic text,
    fund text, low bigint, high bigint, name text, letter text
) ON COMMIT DROP;
CREATE TEMP TABLE demo_stage (
    stage text, accepted int, submitted int, returned int, draft int
) ON COMMIT DROP;

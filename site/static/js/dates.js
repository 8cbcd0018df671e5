// In the CMS: leaves a typed date as it is. Wagtail's date picker understands a single format, and
// replaces any other with the current date. The server understands more formats, or reports an error.

jQuery.fn.datetimepicker.defaults.validateOnBlur = false;

// In the CMS: leaves a typed date as it is. Wagtail's date picker reads one way of writing only, and
// puts the present moment in the place of any other. The server understands more, or says so.

jQuery.fn.datetimepicker.defaults.validateOnBlur = false;
